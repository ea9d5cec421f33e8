import { create } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { KeyKind, meshtastic } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sessionStart, sessionStep } from './session.ts';
import type { SessionInput, SessionOutput, SessionState } from './session.ts';

type FromRadioInit = NonNullable<MessageInitShape<typeof meshtastic.FromRadioSchema>['payloadVariant']>;

const { Channel_Role, Config_DeviceConfig_Role, Config_LoRaConfig_ModemPreset, Config_LoRaConfig_RegionCode } =
  meshtastic;
const OWN = 0x1234_5678;
const PEER = 0x8765_4321;

const from = (payloadVariant: FromRadioInit): meshtastic.FromRadio =>
  create(meshtastic.FromRadioSchema, { payloadVariant });
const complete = (value: number) => from({ case: 'configCompleteId', value });
const queueStatus = from({ case: 'queueStatus', value: { free: 16, maxlen: 16 } });
const packet = (fields: MessageInitShape<typeof meshtastic.MeshPacketSchema> = {}) =>
  from({ case: 'packet', value: { from: PEER, id: 1, rxRssi: -90, ...fields } });
const nodeInfo = (num: number) => from({ case: 'nodeInfo', value: { num } });
const myInfo = (rebootCount = 1) => from({ case: 'myInfo', value: { myNodeNum: OWN, rebootCount, nodedbCount: 20 } });
const metadata = (firmwareVersion = '2.7.26.54e0d8d') => from({ case: 'metadata', value: { firmwareVersion } });
const channel = (index: number, role: meshtastic.Channel_Role, name = '', psk = Uint8Array.of(1)) =>
  from({ case: 'channel', value: { index, role, settings: { name, psk } } });
const config = (payloadVariant: MessageInitShape<typeof meshtastic.ConfigSchema>['payloadVariant'] & object) =>
  from({ case: 'config', value: { payloadVariant } });
const lora = config({
  case: 'lora',
  value: {
    usePreset: true,
    modemPreset: Config_LoRaConfig_ModemPreset.MEDIUM_FAST,
    region: Config_LoRaConfig_RegionCode.EU_868,
    hopLimit: 4,
    txEnabled: true,
  },
});
const device = config({ case: 'device', value: { role: Config_DeviceConfig_Role.TAK } });

const xor = (text: string): number => new TextEncoder().encode(text).reduce((hash, byte) => hash ^ byte, 0);

const parts = (rebootCount = 1): meshtastic.FromRadio[] => [
  myInfo(rebootCount),
  nodeInfo(OWN),
  metadata(),
  channel(0, Channel_Role.PRIMARY),
  channel(1, Channel_Role.SECONDARY, 'TAK', new Uint8Array(32).fill(7)),
  channel(2, Channel_Role.DISABLED),
  device,
  lora,
];

/** A session with its clock. Outputs are those since the last call of `take`. */
const session = () => {
  let state: SessionState = sessionStart();
  let nowMs = 1_000_000;
  let outputs: SessionOutput[] = [];
  const step = (input: SessionInput) => {
    const next = sessionStep(state, input);
    state = next.state;
    outputs.push(...next.outputs);
  };
  const run = {
    open: () => step({ kind: 'opened', nowMs }),
    text: () => step({ kind: 'text', nowMs }),
    closed: () => step({ kind: 'closed' }),
    get: (...messages: meshtastic.FromRadio[]) => {
      for (const message of messages) step({ kind: 'message', message, nowMs });
    },
    /** Goes on by whole seconds, with a tick at each. */
    wait: (seconds: number) => {
      for (let second = 0; second < seconds; second += 1) {
        nowMs += 1000;
        step({ kind: 'tick', nowMs });
      }
    },
    take: () => {
      const taken = outputs;
      outputs = [];
      return taken.map(brief);
    },
    outputs: () => outputs,
    phase: () => state.phase,
  };
  return run;
};

/** Such as `want 69420`, `packet`, `close no_answer`. */
const brief = (output: SessionOutput): string => {
  if (output.kind === 'close') return `close ${output.reason}`;
  if (output.kind !== 'send') return output.kind;
  const { case: variant, value } = output.message.payloadVariant;
  return variant === 'wantConfigId' ? `want ${value}` : String(variant);
};

const ready = () => {
  const run = session();
  run.open();
  run.get(...parts(), complete(69420), nodeInfo(PEER), complete(69421));
  run.take();
  return run;
};

describe('the handshake', () => {
  it('asks for the configuration, is ready, and asks for the nodes', () => {
    const run = session();
    run.open();
    expect(run.take()).toEqual(['want 69420']);
    run.get(...parts());
    expect(run.take()).toEqual(['nodeInfo']);
    run.get(complete(69420));
    expect(run.take()).toEqual(['ready', 'want 69421']);
    run.get(nodeInfo(PEER), complete(69421));
    expect(run.take()).toEqual(['nodeInfo', 'nodesComplete']);
  });

  it('tells what the radio is, without its keys', () => {
    const run = session();
    run.open();
    run.get(...parts(), complete(69420));
    expect(run.outputs().find((output) => output.kind === 'ready')).toEqual({
      kind: 'ready',
      radio: {
        node: OWN,
        firmwareVersion: '2.7.26.54e0d8d',
        role: Config_DeviceConfig_Role.TAK,
        region: 'EU_868',
        modemPreset: 'MEDIUM_FAST',
        hopLimit: 4,
        txEnabled: true,
        managed: false,
        locked: false,
        publicKey: new Uint8Array(),
        rebroadcastMode: 'ALL',
        channels: [
          { index: 0, name: 'MediumFast', role: 'primary', key: KeyKind.DEFAULT, hash: 31 },
          { index: 1, name: 'TAK', role: 'secondary', key: KeyKind.PRIVATE, hash: 94 },
        ],
        tak: undefined,
      },
    });
  });

  it('reads the TAK identity, management and rebroadcast mode, and takes no ninth channel', () => {
    const run = session();
    run.open();
    run.get(
      ...parts(),
      channel(8, Channel_Role.SECONDARY, 'ninth'),
      channel(-1, Channel_Role.SECONDARY, 'none'),
      config({ case: 'device', value: { rebroadcastMode: 5, isManaged: true } }),
      config({ case: 'lora', value: { usePreset: false, region: 99 as meshtastic.Config_LoRaConfig_RegionCode } }),
      from({ case: 'moduleConfig', value: { payloadVariant: { case: 'tak', value: { team: 10, role: 2 } } } }),
      from({ case: 'moduleConfig', value: {} }),
      complete(69420),
    );
    const output = run.outputs().find((o) => o.kind === 'ready');
    expect(output?.radio).toMatchObject({
      rebroadcastMode: 'CORE_PORTNUMS_ONLY',
      managed: true,
      region: '99',
      modemPreset: 'CUSTOM',
      txEnabled: false,
      tak: { team: meshtastic.Team.Cyan, role: meshtastic.MemberRole.TeamLead },
      channels: [{ name: 'Custom' }, { name: 'TAK' }],
    });
    expect(output?.radio.channels).toHaveLength(2);
  });

  it('gives a secondary channel without a key the secrecy of the primary', () => {
    const run = session();
    run.open();
    run.get(
      ...parts(),
      channel(1, Channel_Role.SECONDARY, 'as it', new Uint8Array()),
      channel(2, Channel_Role.SECONDARY, 'open', Uint8Array.of(0)),
      complete(69420),
    );
    const output = run.outputs().find((o) => o.kind === 'ready');
    expect(output?.radio.channels.map(({ key }) => key)).toEqual([KeyKind.DEFAULT, KeyKind.DEFAULT, KeyKind.NONE]);
    // The key of the primary, and none at all.
    expect(output?.radio.channels[1]?.hash).toBe(xor('as it') ^ 2);
    expect(output?.radio.channels[2]?.hash).toBe(xor('open'));
  });

  it.each([
    [1, true],
    [2, true],
    [3, false],
    [4, true],
    [5, false],
  ])('reads lockdown state %i', (status, locked) => {
    const run = session();
    run.open();
    run.get(
      ...parts(),
      from({ case: 'lockdownStatus', value: Uint8Array.of(0x12, 1, 0xff, 0x08, status) }),
      complete(69420),
    );
    expect(run.outputs().find((o) => o.kind === 'ready')?.radio.locked).toBe(locked);
  });

  it('takes a lockdown status that is no message for none, and tells the public key', () => {
    const run = session();
    run.open();
    const publicKey = new Uint8Array(32).fill(9);
    run.get(
      ...parts(),
      from({ case: 'lockdownStatus', value: Uint8Array.of(0xff) }),
      config({ case: 'security', value: { publicKey, privateKey: new Uint8Array(32).fill(1) } }),
      complete(69420),
    );
    expect(run.outputs().find((o) => o.kind === 'ready')?.radio).toMatchObject({ locked: false, publicKey });
  });

  it('takes a dump with all nodes for both steps', () => {
    const run = session();
    run.open();
    run.get(...parts(), nodeInfo(PEER), complete(69420));
    expect(run.take()).toEqual(['want 69420', 'nodeInfo', 'nodeInfo', 'ready', 'nodesComplete']);
  });

  it('goes by its own nonce alone', () => {
    const run = session();
    run.open();
    run.get(...parts(), complete(1), complete(69421));
    expect(run.take()).not.toContain('ready');
  });

  it('hands out packets that come in between, in order', () => {
    const run = session();
    run.open();
    run.get(packet({ id: 1 }), ...parts(), packet({ id: 2 }), complete(69420), packet({ id: 3 }), complete(69421));
    expect(run.outputs().flatMap((o) => (o.kind === 'packet' ? [o.packet.id] : []))).toEqual([1, 2, 3]);
  });

  it('asks again after five seconds of silence, three times, and then closes', () => {
    const run = session();
    run.open();
    run.wait(4);
    expect(run.take()).toEqual(['want 69420']);
    run.wait(1);
    expect(run.take()).toEqual(['want 69420']);
    run.wait(10);
    expect(run.take()).toEqual(['want 69420', 'want 69420']);
    run.wait(5);
    expect(run.take()).toEqual(['close no_answer']);
    expect(run.phase()).toBe('closed');
  });

  it('asks again when a dump stops in its middle, though packets go on coming', () => {
    const run = session();
    run.open();
    run.get(myInfo());
    run.take();
    for (let second = 0; second < 5; second += 1) {
      run.wait(1);
      run.get(packet());
    }
    expect(run.take()).toContain('want 69420');
  });

  it('closes when a dump never ends: after 60 s, and 1 s more for ten nodes', () => {
    const run = session();
    run.open();
    run.get(myInfo());
    for (let second = 0; second < 61; second += 1) {
      run.wait(1);
      run.get(nodeInfo(OWN));
    }
    expect(run.take().at(-1)).toBe('nodeInfo');
    run.wait(1);
    expect(run.take()).toEqual(['close handshake_timeout']);
  });

  it('asks again when a part was lost, and goes on with what there is when it stays away', () => {
    const run = session();
    run.open();
    run.take();
    for (let request = 0; request < 3; request += 1) {
      run.get(...parts().filter((message) => message.payloadVariant.case !== 'metadata'), complete(69420));
      expect(run.take()).toEqual(['nodeInfo', 'want 69420']);
    }
    run.get(complete(69420));
    expect(run.take()).toEqual(['ready', 'want 69421']);
  });

  it('closes when the radio never says who it is', () => {
    const run = session();
    run.open();
    run.get(...[1, 2, 3, 4].map(() => complete(69420)));
    expect(run.take().at(-1)).toBe('close handshake_incomplete');
  });

  it('asks again for nodes that do not come, and closes in the end', () => {
    const run = session();
    run.open();
    run.get(...parts(), complete(69420));
    run.take();
    run.wait(20);
    expect(run.take()).toEqual(['want 69421', 'want 69421', 'want 69421', 'close handshake_timeout']);
  });
});

describe('a session that is ready', () => {
  it('sends a heartbeat a minute after the nodes and a minute after each', () => {
    const run = ready();
    run.wait(59);
    expect(run.take()).toEqual([]);
    run.wait(1);
    expect(run.take()).toEqual(['heartbeat']);
    run.get(queueStatus);
    run.wait(59);
    expect(run.take()).toEqual(['queueStatus']);
    run.wait(1);
    expect(run.take()).toEqual(['heartbeat']);
  });

  it('tries once more when a heartbeat is not answered within five seconds, then closes', () => {
    const run = ready();
    run.wait(64);
    expect(run.take()).toEqual(['heartbeat']);
    run.get(packet());
    run.wait(1);
    expect(run.take()).toEqual(['packet', 'heartbeat']);
    run.wait(5);
    expect(run.take()).toEqual(['close heartbeat_missed']);
  });

  it('forgets a missed heartbeat when the next one is answered', () => {
    const run = ready();
    run.wait(65);
    run.get(queueStatus);
    run.wait(65);
    run.get(queueStatus);
    run.wait(60);
    expect(run.take().filter((output) => output === 'heartbeat')).toHaveLength(5);
    expect(run.phase()).toBe('ready');
  });

  it('hands out what the radio says', () => {
    const run = ready();
    run.get(
      from({ case: 'clientNotification', value: { message: 'duty cycle' } }),
      from({ case: 'logRecord', value: { message: 'log' } }),
      from({ case: 'xmodemPacket', value: new Uint8Array() }),
      create(meshtastic.FromRadioSchema),
    );
    expect(run.take()).toEqual(['notification', 'log']);
  });

  it('tells what has changed, and only then', () => {
    const run = ready();
    run.get(lora, channel(2, Channel_Role.DISABLED), metadata(), myInfo());
    expect(run.take()).toEqual([]);
    run.get(channel(1, Channel_Role.DISABLED));
    const [changed] = run.outputs();
    expect(changed).toMatchObject({ kind: 'changed', radio: { channels: [{ index: 0 }] } });
    run.take();
    run.get(metadata('2.8.0'));
    expect(run.take()).toEqual(['changed']);
  });

  it.each([
    ['it says so', from({ case: 'rebooted', value: true })],
    ['its count of restarts has gone on', myInfo(2)],
  ])('starts again when the radio has restarted: %s', (_, message) => {
    const run = ready();
    run.get(message);
    expect(run.take()).toEqual(['rebooted', 'want 69420']);
    run.get(...parts(2), complete(69420));
    expect(run.take()).toEqual(['nodeInfo', 'ready', 'want 69421']);
  });

  it('asks the radio after console text, at most once a minute, whether it has restarted', () => {
    const run = ready();
    run.text();
    expect(run.take()).toEqual([]);
    run.wait(59);
    run.text();
    expect(run.take()).toEqual([]);
    run.wait(1);
    run.text();
    run.text();
    expect(run.take()).toEqual(['heartbeat', 'want 69420']);
    run.get(...parts(1), complete(69420));
    expect(run.take()).toEqual(['nodeInfo']);
  });

  it('ends with its link', () => {
    const run = ready();
    run.closed();
    run.get(packet());
    run.text();
    run.wait(100);
    expect(run.take()).toEqual([]);
    run.open();
    expect(run.take()).toEqual(['want 69420']);
  });
});

describe('a restart during the handshake', () => {
  it('asks at once, and does not make the handshake longer', () => {
    const run = session();
    run.open();
    for (let second = 0; second < 59; second += 1) {
      run.wait(1);
      run.get(from({ case: 'rebooted', value: true }));
    }
    expect(new Set(run.take())).toEqual(new Set(['want 69420']));
    run.wait(1);
    expect(run.take()).toEqual(['close handshake_timeout']);
  });
});

describe('a packet out of the memory of a radio', () => {
  const remembered = {
    rxRssi: 0,
    priority: meshtastic.MeshPacket_Priority.BACKGROUND,
    transportMechanism: meshtastic.MeshPacket_TransportMechanism.TRANSPORT_LORA,
    payloadVariant: { case: 'decoded' as const, value: { portnum: meshtastic.PortNum.POSITION_APP } },
  };
  it.each([
    ['remembered', {}, true],
    ['heard', { rxRssi: -1 }, false],
    ['of normal priority', { priority: meshtastic.MeshPacket_Priority.DEFAULT }, false],
    ['over MQTT', { transportMechanism: meshtastic.MeshPacket_TransportMechanism.TRANSPORT_MQTT }, false],
    ['that once was on MQTT', { viaMqtt: true }, false],
    ['not readable', { payloadVariant: { case: 'encrypted' as const, value: Uint8Array.of(1) } }, false],
  ])('one %s is marked: %s', (_, fields, replayed) => {
    const run = ready();
    run.get(packet({ ...remembered, ...fields }));
    expect(run.outputs()).toMatchObject([{ kind: 'packet', replayed }]);
  });
});

describe('any messages in any order', () => {
  it('lose no packet and end in a state that can go on', () => {
    const messages = [...parts(), ...parts(2), complete(69420), complete(69421), queueStatus, packet()];
    const stepArb = fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...messages).map((message) => ({ kind: 'message' as const, message })) },
      fc.constantFrom({ kind: 'tick' as const }, { kind: 'text' as const }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(stepArb, fc.nat({ max: 3000 })), { maxLength: 60 }), (steps) => {
        let nowMs = 0;
        let { state } = sessionStep(sessionStart(), { kind: 'opened', nowMs });
        for (const [input, ms] of steps) {
          nowMs += ms;
          const isOpen = state.phase !== 'closed';
          const next = sessionStep(state, { ...input, nowMs });
          const isPacket = input.kind === 'message' && input.message.payloadVariant.case === 'packet';
          expect(next.outputs.filter((output) => output.kind === 'packet')).toHaveLength(isPacket && isOpen ? 1 : 0);
          expect(next.outputs.some((output) => output.kind === 'close')).toBe(isOpen && next.state.phase === 'closed');
          state = next.state;
        }
      }),
    );
  });
});
