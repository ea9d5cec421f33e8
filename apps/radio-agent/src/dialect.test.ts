import { Dialect, meshtastic } from '@cotbus/contracts';
import type { RadioInfo } from '@cotbus/meshtastic';
import { describe, expect, it } from 'vitest';
import { dialectOf } from './dialect.ts';
import { toMeshOptions } from './options.ts';

const { CLIENT, TAK } = meshtastic.Config_DeviceConfig_Role;
const radio = (firmwareVersion: string, role: number): RadioInfo => ({ firmwareVersion, role }) as RadioInfo;

describe('what events are written in', () => {
  it.each([
    ['auto', '2.8.0', CLIENT, Dialect.V2],
    ['auto', '2.7.22', TAK, Dialect.V1],
    ['auto', '2.7.24', TAK, Dialect.FORWARDER],
    ['auto', '2.7.24', CLIENT, Dialect.V1],
    ['v2', '2.5.0', CLIENT, Dialect.V2],
    ['v1', '2.8.0', CLIENT, Dialect.V1],
    ['v1', '2.7.26', TAK, Dialect.FORWARDER],
    ['both', '2.8.0', CLIENT, Dialect.BOTH],
    ['both', '2.7.26', TAK, Dialect.V2],
  ] as const)('%s on firmware %s', (dialect, version, role, expected) => {
    expect(dialectOf(radio(version, role), toMeshOptions.parse({ dialect }))).toBe(expected);
  });

  it('is not said before the radio is known', () => {
    expect(dialectOf(undefined, toMeshOptions.parse({}))).toBe(Dialect.UNSPECIFIED);
  });
});
