import { KeyKind } from '@cotbus/contracts';
import { expect, it } from 'vitest';
import { longFast, takChannel, tracker } from './testing/uplinked.ts';
import { regionOfRoot, uplinkRadioInfo } from './uplink-radio.ts';

it.each([
  ['msh/EU_868', 'EU_868'],
  ['msh/US/CO', 'US'],
  ['msh', undefined],
  ['msh/UNSET', undefined],
  ['msh/county', undefined],
  ['club/EU_868', undefined],
  ['', undefined],
])('the root %s is in the region %s', (root, region) => {
  expect(regionOfRoot(root)).toBe(region);
});

it('the uplink tells of itself as a radio does, without keys', () => {
  const uplink = { node: tracker, root: 'msh/US', channels: [takChannel, longFast], hopLimit: 1, mayTransmit: true };
  const info = uplinkRadioInfo({ ...uplink, modemPreset: '', firmwareVersion: '2.8.0' });
  expect(info).toMatchObject({ node: tracker, region: 'US', hopLimit: 1, txEnabled: true, firmwareVersion: '2.8.0' });
  expect(info.channels).toEqual([
    { index: 0, name: 'TAK', role: 'primary', key: KeyKind.PRIVATE, hash: 94 },
    { index: 1, name: 'LongFast', role: 'secondary', key: KeyKind.DEFAULT, hash: 8 },
  ]);
  expect(uplinkRadioInfo({ ...uplink, root: 'club', modemPreset: '', firmwareVersion: '' }).region).toBe('');
});
