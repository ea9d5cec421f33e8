import { create, toBinary } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeDownlink } from './downlink.ts';
import { hexOf } from './testing/hex.ts';
import { nodeAesCtr } from './testing/node-aes-ctr.ts';
import {
  channel,
  decodedPacket,
  encryptedPacket,
  gateway,
  longFast,
  position,
  published,
  takChannel,
  tracker,
} from './testing/uplinked.ts';
import type { DataFields } from './testing/uplinked.ts';
import { createUplink } from './uplink.ts';
import type { UplinkHeard } from './uplink.ts';

const own = 0x43aa_0001;
const options = { aesCtr: nodeAesCtr, channels: [takChannel, longFast], node: own, takesDecoded: true };
const tak: DataFields = { portnum: 78, payload: Uint8Array.of(0xff, 8, 1), bitfield: 0 };

/** One line of what came of a message. */
const lineOf = (heard: UplinkHeard): string => {
  switch (heard.kind) {
    case 'packet':
      return `${heard.variant ? 'variant' : 'packet'} ${heard.gateway} ${hexOf((heard.packet.payloadVariant.value as meshtastic.Data).payload)}`;
    case 'unread':
      return `unread ${heard.channel} ${heard.packet.channel} ${heard.reason}`;
    case 'copy':
      return heard.better ? 'better copy' : 'copy';
    case 'mapReport':
      return `map report ${heard.report.longName}`;
    case 'own':
      return `own ${heard.traffic}`;
    case 'refused':
      return `refused ${heard.reason}`;
  }
};

describe('the uplink', () => {
  it('gives a packet once, and says which copy was heard best', () => {
    const uplink = createUplink(options);
    const copy = (by: number, rxRssi: number) =>
      lineOf(uplink.message(published(encryptedPacket(takChannel, tak, { rxRssi }), 'TAK', by), 0));
    expect(copy(gateway, -100)).toBe('packet !55667788 ff0801');
    expect(copy(0x99, -90)).toBe('better copy');
    expect(copy(0x98, -95)).toBe('copy');
  });

  it('takes a copy in clear for the same packet', () => {
    const uplink = createUplink(options);
    uplink.message(published(encryptedPacket(takChannel, tak), 'TAK'), 0);
    expect(lineOf(uplink.message(published(decodedPacket(tak, { channel: 3 }), 'TAK', 0x99), 0))).toBe('copy');
  });

  it('tells what it could not read by channel and hash, once a packet', () => {
    const uplink = createUplink(options);
    const other = channel('TAK', '01');
    const packet = published(encryptedPacket(other, tak), 'TAK');
    expect(lineOf(uplink.message(packet, 1))).toBe('unread TAK 92 key_differs');
    expect(lineOf(uplink.message(packet, 2))).toBe('copy');
    uplink.message(published(encryptedPacket(other, tak, { id: 78 }), 'TAK'), 3);
    uplink.message(published(encryptedPacket(takChannel, tak, { id: 79, channel: 0, pkiEncrypted: true }), 'PKI'), 4);
    expect(uplink.unread()).toEqual([
      { channel: 'TAK', hash: 92, reason: 'key_differs', packets: 2, lastMs: 3, lastFrom: tracker },
      { channel: 'PKI', hash: 0, reason: 'pki', packets: 1, lastMs: 4, lastFrom: tracker },
    ]);
  });

  it.each([
    ['not_encrypted', 'TAK', { ...options, takesDecoded: false }],
    ['pki', 'PKI', options],
    ['channel_unknown', 'other', options],
  ] as const)('withholds what came in clear and is not taken: %s', (reason, name, choice) => {
    const uplink = createUplink(choice);
    const heard = [published(decodedPacket(tak), name), published(decodedPacket(tak, { rxRssi: -9 }), name, 0x99)].map(
      (message) => uplink.message(message, 0),
    );
    expect(heard).toMatchObject([
      { kind: 'unread', reason },
      { kind: 'copy', better: true },
    ]);
    for (const one of heard) {
      expect('packet' in one && one.packet.payloadVariant).toEqual({ case: 'encrypted', value: new Uint8Array() });
    }
  });

  it('hands out two contents of one id, since nobody can say which is forged', () => {
    const uplink = createUplink(options);
    uplink.message(published(encryptedPacket(takChannel, tak), 'TAK'), 0);
    const forged = decodedPacket({ ...tak, payload: Uint8Array.of(0xff, 9) });
    expect(lineOf(uplink.message(published(forged, 'TAK'), 0))).toBe('variant !55667788 ff09');
  });

  it('knows its own packets when they come back', () => {
    const uplink = createUplink(options);
    const sender = { aesCtr: nodeAesCtr, root: 'msh/EU_868', node: own, okToMqtt: false };
    const sent = encodeDownlink(sender, takChannel, decodedPacket(tak, { id: 9 }));
    if (!sent.ok) throw new TypeError(sent.detail);
    uplink.sent(9, 0);
    expect(lineOf(uplink.message({ ...sent, retained: false }, 10))).toBe('own echo');
    const relayed = encryptedPacket(takChannel, tak, { from: own, id: 9 });
    expect(lineOf(uplink.message(published(relayed, 'TAK'), 20))).toBe('own heard');
    expect(lineOf(uplink.message(published(encryptedPacket(takChannel, tak, { from: own }), 'TAK'), 20))).toBe(
      'own not_ours',
    );
  });

  it('reads map reports below map, each anew', () => {
    const uplink = createUplink({ ...options, takesDecoded: false });
    const payload = toBinary(meshtastic.MapReportSchema, create(meshtastic.MapReportSchema, { longName: 'Hill' }));
    const report = {
      ...published(decodedPacket({ portnum: 73, payload }, { id: 0 }), 'LongFast'),
      topic: 'msh/2/map/',
    };
    expect(lineOf(uplink.message(report, 0))).toBe('map report Hill');
    expect(lineOf(uplink.message(report, 1))).toBe('map report Hill');
  });

  const good = published(encryptedPacket(takChannel, tak), 'TAK');
  it.each([
    ['topic_unknown', { ...good, topic: 'cotbus/v1/mesh/a/status' }],
    ['topic_not_read', { ...good, topic: 'msh/2/json/TAK/!55667788' }],
    ['topic_not_read', { ...good, topic: 'msh/2/stat/!55667788' }],
    ['retained', { ...good, retained: true }],
    ['garbled', { ...good, payload: Uint8Array.of(1) }],
    ['channel_disagrees', { ...good, topic: 'msh/2/e/LongFast/!55667788' }],
    ['map_report_unreadable', { ...good, topic: 'msh/2/map/' }],
    ['impossible', published(encryptedPacket(takChannel, tak, { id: 0 }), 'TAK')],
  ])('refuses: %s', (reason, message) => {
    expect(lineOf(createUplink(options).message(message, 0))).toBe(`refused ${reason}`);
  });

  it('refuses more contents of one id than are believed', () => {
    const uplink = createUplink(options);
    const lines = [1, 2, 3, 4, 5].map((byte) =>
      lineOf(uplink.message(published(decodedPacket({ ...position, payload: Uint8Array.of(byte) }), 'TAK'), 0)),
    );
    expect(lines.at(-1)).toBe('refused too_many_variants');
  });

  it('makes one of its outcomes of any damage to topic and envelope', () => {
    const uplink = createUplink(options);
    const change = fc.tuple(fc.nat(good.payload.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), fc.nat(80), fc.constantFrom('e', 'c', 'map'), (at, cut, kind) => {
        const payload = Uint8Array.from(good.payload);
        for (const [index, byte] of at) payload[index] = byte;
        const message = { ...good, topic: `msh/2/${kind}/TAK/!55667788`, payload: payload.subarray(0, 80 - cut) };
        expect(lineOf(uplink.message(message, 0))).not.toBe('');
      }),
      { numRuns: 500 },
    );
  });
});
