import { create } from '@bufbuild/protobuf';
import { BROADCAST, FrameSchema, meshtastic } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { createPacketIds, txPacket } from './tx-packet.ts';

const frame = create(FrameSchema, { port: 78, payload: Uint8Array.of(0xff, 1), to: BROADCAST, wantAck: true });

describe('txPacket', () => {
  it('says all that the radio does not fill in itself', () => {
    expect(txPacket(frame, { id: 9, channel: 2, hopLimit: 5 })).toEqual(
      create(meshtastic.MeshPacketSchema, {
        to: BROADCAST,
        channel: 2,
        id: 9,
        hopLimit: 5,
        wantAck: true,
        payloadVariant: {
          case: 'decoded',
          value: { portnum: meshtastic.PortNum.ATAK_PLUGIN_V2, payload: Uint8Array.of(0xff, 1) },
        },
      }),
    );
  });

  it.each([
    [0, 3],
    [1, 1],
    [7, 7],
    [8, 7],
  ])('with %i hops configured goes %i', (hopLimit, hops) => {
    expect(txPacket(frame, { id: 9, channel: 0, hopLimit }).hopLimit).toBe(hops);
  });
});

it.each([
  ['with room for it', 78, 225, 0x1234],
  ['without', 257, 231, 0],
  ['said by nobody of a mesh', 78, 10, 0],
])('names who said first what a gateway says again: %s', (_, port, length, source) => {
  const saidBy = source === 0 && length === 10 ? 0 : 0x1234;
  const said = create(FrameSchema, { port, payload: new Uint8Array(length), to: BROADCAST, saidBy });
  const { payloadVariant } = txPacket(said, { id: 9, channel: 0, hopLimit: 3 });
  expect(payloadVariant.value).toMatchObject({ portnum: port, source });
});

it('a packet may go less far than the radio is set to, and before others', () => {
  const priority = meshtastic.MeshPacket_Priority.ALERT;
  const wanted = { id: 9, channel: 0, hopLimit: 5, priority };
  expect([0, 2, 9, undefined].map((hops) => txPacket(frame, { ...wanted, hops }).hopLimit)).toEqual([0, 2, 7, 5]);
  expect(txPacket(frame, wanted).priority).toBe(priority);
});

describe('packet ids', () => {
  it('are what the random source gives', () => {
    const randoms = [5, 0xffff_ffff, -1 >>> 1];
    const next = createPacketIds(() => randoms.shift() ?? 0);
    expect([next(), next(), next()]).toEqual([5, 0xffff_ffff, 0x7fff_ffff]);
  });

  it('are never 0 and never repeat within 4096, whatever the random source gives', () => {
    const next = createPacketIds(() => 0xffff_fff0);
    const ids = Array.from({ length: 4096 }, next);
    expect(new Set(ids).size).toBe(4096);
    expect(ids).not.toContain(0);
    expect(next()).toBe((0xffff_fff0 + 4096 + 1) >>> 0);
    expect(next()).toBe(0xffff_fff0);
  });
});
