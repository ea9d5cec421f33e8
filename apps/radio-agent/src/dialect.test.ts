import { Dialect, meshtastic } from '@cotbus/contracts';
import type { RadioInfo } from '@cotbus/meshtastic';
import { describe, expect, it } from 'vitest';
import { chooseDialect } from './dialect.ts';
import { toMeshOptions } from './options.ts';
import { NOBODY_HEARD } from './peers-heard.ts';

const { CLIENT, TAK } = meshtastic.Config_DeviceConfig_Role;
const radio = (firmwareVersion: string, role: number = CLIENT): RadioInfo => ({ firmwareVersion, role }) as RadioInfo;
const auto = toMeshOptions.parse({});

describe('what events are written in', () => {
  it.each([
    ['auto', '2.8.0', CLIENT, Dialect.V2],
    ['auto', '2.7.22', TAK, Dialect.V1],
    ['auto', '2.7.24', TAK, Dialect.FORWARDER],
    ['auto', '2.7.24', CLIENT, Dialect.V1],
    ['auto', '', CLIENT, Dialect.V1],
    ['v2', '2.5.0', CLIENT, Dialect.V2],
    ['v1', '2.8.0', CLIENT, Dialect.V1],
    ['v1', '2.7.26', TAK, Dialect.FORWARDER],
    ['both', '2.8.0', CLIENT, Dialect.BOTH],
    ['both', '2.7.26', TAK, Dialect.V2],
  ] as const)('%s on firmware %s', (dialect, version, role, expected) => {
    expect(chooseDialect(radio(version, role), toMeshOptions.parse({ dialect })).dialect).toBe(expected);
  });

  it.each([
    ['2.8.0', CLIENT, { v2: 3, v1: 0 }, Dialect.V2],
    ['2.8.0', CLIENT, { v2: 0, v1: 1 }, Dialect.BOTH],
    ['2.8.0', CLIENT, { v2: 2, v1: 1 }, Dialect.BOTH],
    ['2.7.22', CLIENT, { v2: 0, v1: 4 }, Dialect.V1],
    ['2.7.22', CLIENT, { v2: 1, v1: 4 }, Dialect.BOTH],
    ['2.7.26', TAK, { v2: 1, v1: 0 }, Dialect.V2],
  ] as const)('auto on firmware %s in role %i among %j', (version, role, heard, expected) => {
    expect(chooseDialect(radio(version, role), auto, { ...NOBODY_HEARD, ...heard }).dialect).toBe(expected);
  });

  it('listens to nobody when the operator has said it', () => {
    const heard = { ...NOBODY_HEARD, v1: 9 };
    const { dialect, why } = chooseDialect(radio('2.8.0'), toMeshOptions.parse({ dialect: 'v2' }), heard);
    expect([dialect, why]).toEqual([Dialect.V2, 'toMesh.dialect is v2']);
  });

  it.each([
    ['2.8.0.7754068', { v2: 0, v1: 0 }, 'firmware 2.8.0.7754068'],
    ['2.8.0', { v2: 0, v1: 1 }, 'firmware 2.8.0, and 1 heard that speaks only V1'],
    ['2.7.22', { v2: 2, v1: 1 }, 'firmware 2.7.22, and 2 heard that speak only V2'],
    ['', { v2: 0, v1: 0 }, 'firmware unknown'],
  ])('says why: %s among %j', (version, heard, why) => {
    expect(chooseDialect(radio(version), auto, { ...NOBODY_HEARD, ...heard }).why).toBe(why);
  });

  it('is not said before the radio is known', () => {
    expect(chooseDialect(undefined, auto).dialect).toBe(Dialect.UNSPECIFIED);
  });
});
