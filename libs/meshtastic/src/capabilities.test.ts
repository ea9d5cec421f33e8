import { meshtastic } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capabilities, signsBroadcasts } from './capabilities.ts';

const { CLIENT, ROUTER, TAK, TAK_TRACKER } = meshtastic.Config_DeviceConfig_Role;

describe('capabilities', () => {
  it.each(['2.8.0', '2.8.0.3a0c08b', '2.8.0.3A0C08B', '2.10.1', '3.0.0', '2.8.1.0', '10.0.0.abcdef'])(
    'V2 is spoken by %s',
    (version) => {
      expect(capabilities(version, CLIENT)).toEqual({ supportsTakV2: true, takV1Usable: true });
    },
  );

  it.each([
    '2.7.26.54e0d8d',
    '2.7.99',
    '1.9.0',
    '2.8',
    '2.8.0-alpha',
    '2.8.0.',
    '2.8.0.x',
    '-2.8.0',
    '',
    ' 2.8.0',
    '2.8.0 ',
    'v2.8.0',
    '2.8.0.3a0c08b.1',
    '2..0',
    '99999.0.0',
    '2.8.0\n',
    'unknown',
  ])('V2 is not spoken by %j', (version) => {
    expect(capabilities(version, CLIENT)).toEqual({ supportsTakV2: false, takV1Usable: true });
  });

  it.each([
    ['2.7.22.96dd647', TAK, true],
    ['2.7.23', TAK, false],
    ['2.7.26.54e0d8d', TAK, false],
    ['2.7.26.54e0d8d', TAK_TRACKER, false],
    ['2.7.26.54e0d8d', CLIENT, true],
    ['2.7.26.54e0d8d', ROUTER, true],
    ['2.7.27', TAK, true],
    ['2.8.0', TAK_TRACKER, true],
    ['nightly', TAK, true],
  ])('port 72 of %s in role %i is usable: %s', (version, role, takV1Usable) => {
    expect(capabilities(version, role).takV1Usable).toBe(takV1Usable);
  });

  it('broadcasts are signed from 2.8 on, and not by what nobody knows', () => {
    expect(['2.8.0.7754068', '3.0.0', '2.7.26', 'nightly', ''].map(signsBroadcasts)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('compares as numbers, for any version', () => {
    const number = fc.nat({ max: 30 });
    fc.assert(
      fc.property(number, number, number, (major, minor, patch) => {
        const rank = major * 10_000 + minor * 100 + patch;
        expect(capabilities(`${major}.${minor}.${patch}`, CLIENT).supportsTakV2).toBe(rank >= 20_800);
      }),
    );
  });
});
