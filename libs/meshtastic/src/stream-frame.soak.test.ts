/**
 * Many frames of random payload in random pieces. `npm run soak -- frames` runs it with a million of them, and the framing of
 * the Meshtastic project's own client beside ours where it is installed.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { create, toBinary } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { describe, expect, it, vi } from 'vitest';
import { createStreamFramer, encodeStreamFrame } from './stream-frame.ts';
import { decodeFromRadio } from './stream-message.ts';

const FRAMES = Number(process.env['COTBUS_SOAK_FRAMES'] ?? 5_000);
const SEED = Number(process.env['COTBUS_SOAK_SEED'] ?? 1);
const MAX_PAYLOAD_BYTES = 232;
const peers = join(import.meta.dirname, '../../../peers/node_modules');
const peer = join(peers, '@meshtastic', 'core', 'dist', 'mod.js');
/** For the other framing: it may fall silent, and its time grows with what it holds back. */
const CONNECTIONS = 20;
const FRAMES_EACH = 200;
const isLong = process.env['COTBUS_SOAK_FRAMES'] !== undefined;

/** Uniform in [0, n); Mulberry32. */
const createRandom = (seed: number) => {
  let state = seed >>> 0;
  return (n: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n;
  };
};

/** Frames of packets with ids from 1 on. @param payloadBytes of each, up to 232 at random when left out */
function* frames(count: number, payloadBytes?: number, seed = SEED): Generator<Uint8Array> {
  const random = createRandom(seed);
  for (let id = 1; id <= count; id += 1) {
    const length = payloadBytes ?? random(MAX_PAYLOAD_BYTES + 1);
    const payload = Uint8Array.from({ length }, () => random(256));
    const value = { from: 0x2001 + random(50), to: 0xffffffff, id, rxRssi: -random(120) };
    const decoded = { case: 'decoded' as const, value: create(meshtastic.DataSchema, { portnum: 78, payload }) };
    const packet = create(meshtastic.MeshPacketSchema, { ...value, payloadVariant: decoded });
    const message = create(meshtastic.FromRadioSchema, { payloadVariant: { case: 'packet', value: packet } });
    yield encodeStreamFrame(toBinary(meshtastic.FromRadioSchema, message));
  }
}

/** The same bytes in pieces of 1 to 600. */
function* pieces(source: Iterable<Uint8Array>): Generator<Uint8Array> {
  const random = createRandom(SEED + 1);
  let rest = new Uint8Array();
  for (const frame of source) {
    const joined = new Uint8Array(rest.length + frame.length);
    joined.set(rest);
    joined.set(frame, rest.length);
    rest = joined;
    while (rest.length > 600) {
      const length = 1 + random(600);
      yield rest.slice(0, length);
      rest = rest.slice(length);
    }
  }
  yield rest;
}

describe('frames of random payload', () => {
  it(
    `${FRAMES} of them: none is lost, none is added`,
    () => {
      const framer = createStreamFramer(decodeFromRadio);
      let next = 1;
      let other = 0;
      for (const piece of pieces(frames(FRAMES))) {
        for (const output of framer.push(piece)) {
          const { case: what, value } = output.kind === 'frame' ? output.message.payloadVariant : { case: undefined };
          if (what === 'packet' && value.id === next) next += 1;
          else other += 1;
        }
      }
      expect({ heard: next - 1, other, waiting: framer.waiting }).toEqual({ heard: FRAMES, other: 0, waiting: false });
    },
    30_000 + FRAMES,
  );

  it.skipIf(!isLong || !existsSync(peer))(
    'are measured with the usual framing beside ours',
    async () => {
      const { Utils } = (await import(pathToFileURL(peer).href)) as {
        readonly Utils: { fromDeviceStream(): TransformStream<Uint8Array, { type: string; data: Uint8Array }> };
      };
      const heardOf = async (source: Iterable<Uint8Array>): Promise<number> => {
        const transform = Utils.fromDeviceStream();
        const reader = transform.readable.getReader();
        const heard = (async () => {
          let packets = 0;
          for (let read = await reader.read(); !read.done; read = await reader.read()) {
            if (read.value.type === 'packet' && decodeFromRadio(read.value.data) !== undefined) packets += 1;
          }
          return packets;
        })();
        const writer = transform.writable.getWriter();
        // One frame at a time, as they come from a quiet mesh.
        for (const frame of source) await writer.write(frame);
        await writer.close();
        return heard;
      };
      const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
      const heard: number[] = [];
      for (let at = 0; at < CONNECTIONS; at += 1) heard.push(await heardOf(frames(FRAMES_EACH, 230, SEED + at)));
      warned.mockRestore();
      const all = CONNECTIONS * FRAMES_EACH;
      const lost = all - heard.reduce((sum, count) => sum + count, 0);
      const whole = heard.filter((count) => count === FRAMES_EACH).length;
      // oxlint-disable-next-line no-console -- the figure is what this run is for
      console.log(
        `@meshtastic/core: ${lost} of ${all} frames lost (${((100 * lost) / all).toFixed(1)} %), none on ${whole} of ` +
          `${CONNECTIONS} connections of ${FRAMES_EACH} frames; ours: 0`,
      );
      expect(lost).toBeGreaterThanOrEqual(0);
    },
    120_000,
  );
});
