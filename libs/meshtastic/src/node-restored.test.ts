import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { meshtastic, NodeStateSchema } from '@cotbus/contracts';
import type { NodeState } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { createNodeTable } from './node-table.ts';

const WALL_MS = Date.UTC(2026, 5, 1, 12);
/** A second life has another monotonic clock. */
const first = (seconds: number) => ({ monotonicMs: 900_000_000 + seconds * 1000, wallMs: WALL_MS + seconds * 1000 });
const second = (seconds: number) => ({ monotonicMs: 10 + seconds * 1000, wallMs: WALL_MS + seconds * 1000 });
const NODE = 0x2001;

const packet = (portnum: meshtastic.PortNum, payload: Uint8Array) =>
  create(meshtastic.MeshPacketSchema, {
    from: NODE,
    rxRssi: -80,
    rxSnr: 5,
    hopStart: 3,
    hopLimit: 2,
    payloadVariant: { case: 'decoded', value: { portnum, payload } },
  });
const user = (longName: string) =>
  packet(meshtastic.PortNum.NODEINFO_APP, toBinary(meshtastic.UserSchema, create(meshtastic.UserSchema, { longName })));
const position = (seconds: number) =>
  packet(
    meshtastic.PortNum.POSITION_APP,
    toBinary(
      meshtastic.PositionSchema,
      create(meshtastic.PositionSchema, {
        latitudeI: 470_000_000,
        longitudeI: 80_000_000,
        time: WALL_MS / 1000 + seconds,
      }),
    ),
  );
const live = { replayed: false };
const table = () => createNodeTable({ agent: 'hill', mesh: 'valley' });

/** As it was kept, and read again. */
const kept = (): NodeState => {
  const nodes = table();
  nodes.heard(user('Summit'), first(0), live);
  nodes.heard(position(-100), first(0), live);
  nodes.learnTak(NODE, { uid: 'U-1', callsign: 'Eagle', team: 'Red', role: 'Medic' }, first(0));
  const state = nodes.state(NODE, first(60));
  return fromBinary(NodeStateSchema, toBinary(NodeStateSchema, state ?? create(NodeStateSchema)));
};

describe('a node kept over a restart', () => {
  it('is what it was, older by the time that passed', () => {
    const nodes = table();
    nodes.restore(kept(), second(600));
    expect(nodes.state(NODE, second(600))).toMatchObject({
      longName: 'Summit',
      rssiDbm: -80,
      snrDb: 5,
      hops: 1,
      heardAgeMs: 600_000,
      fix: { latitudeI: 470_000_000, ageMs: 700_000 },
      tak: { uid: 'U-1', callsign: 'Eagle', ageMs: 600_000 },
      own: false,
    });
  });

  it('is not younger than it was when the clock was set back', () => {
    const nodes = table();
    nodes.restore(kept(), second(-86_400));
    expect(nodes.state(NODE, second(-86_400))?.heardAgeMs).toBe(60_000);
  });

  it('gives way to what is heard, and not to an older dump of the radio', () => {
    const nodes = table();
    nodes.restore(kept(), second(600));
    const dump = { num: NODE, lastHeard: WALL_MS / 1000 - 9999, user: { longName: 'Of old' } };
    nodes.info(create(meshtastic.NodeInfoSchema, dump), second(601));
    expect(nodes.state(NODE, second(601))?.longName).toBe('Summit');
    nodes.heard(user('Renamed'), second(602), live);
    expect(nodes.state(NODE, second(602))).toMatchObject({ longName: 'Renamed', heardAgeMs: 0 });
    expect(nodes.state(NODE, second(602))?.fix?.ageMs).toBe(702_000);
  });

  it('does not take the place of what came before it', () => {
    const nodes = table();
    nodes.heard(user('Now'), second(600), live);
    nodes.restore(kept(), second(600));
    expect(nodes.state(NODE, second(600))).toMatchObject({ longName: 'Now', heardAgeMs: 0, fix: { ageMs: 700_000 } });
  });

  it('has a name only if it had one', () => {
    const nodes = table();
    nodes.restore(create(NodeStateSchema, { num: NODE, heardAgeMs: 5, atMs: WALL_MS }), second(0));
    nodes.info(create(meshtastic.NodeInfoSchema, { num: NODE, user: { longName: 'Told' } }), second(1));
    expect(nodes.state(NODE, second(1))?.longName).toBe('Told');
  });

  it.each([0, 3, 0xffff_ffff])('with the number %s is none', (num) => {
    const nodes = table();
    expect(nodes.restore(create(NodeStateSchema, { num }), second(0)).kind).toBe('impossible');
    expect(nodes.nums()).toEqual([]);
  });
});

describe('the attached radio', () => {
  it('is there as long as it answers, whatever it sends', () => {
    const nodes = table();
    nodes.setOwn(NODE);
    nodes.ownHeard(second(0));
    expect(nodes.nums()).toEqual([]);
    nodes.heard(user('Base'), second(0), live);
    nodes.ownHeard(second(3600));
    expect(nodes.state(NODE, second(3610))).toMatchObject({ own: true, heardAgeMs: 10_000, longName: 'Base' });
  });
});
