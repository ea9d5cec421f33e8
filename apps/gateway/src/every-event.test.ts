import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEventEncoder, createV2Wire, isFileShare, parseEventXml } from '@cotbus/codec';
import { Dialect, meshtastic, Reason, reasonText } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import { broadcastPacket } from '@cotbus/simulator';
import { cotFaults } from '@cotbus/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startScene } from './testing/scene.ts';
import type { Scene } from './testing/scene.ts';

const FOLDER = join(import.meta.dirname, '../../../testdata/cot');
const STALE_MS = 900_000;

/** Every event of the corpus, said now, each by a uid of its own. */
const events = (mark: string): readonly CotEvent[] =>
  readdirSync(FOLDER, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.xml'))
    .map((entry, index) => {
      const parsed = parseEventXml(readFileSync(join(entry.parentPath, entry.name), 'utf8'));
      if (!parsed.ok) throw new Error(`${entry.name}: ${parsed.detail}`);
      const nowMs = Date.now();
      const times = { timeMs: nowMs, startMs: nowMs, staleMs: nowMs + STALE_MS };
      return { ...parsed.event, ...times, uid: `${parsed.event.uid}${mark}${index}` };
    });

/** What V2 builds anew is as receivers want it; the forwarder brings the words of the sender's own client. */
const faultsOf = (xml: string, dialect: Dialect): readonly string[] =>
  dialect === Dialect.V2 ? cotFaults(xml).filter((fault) => !fault.includes('never drawn')) : [];

describe('every event reaches TAK', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await startScene();
  });
  afterEach(async () => {
    await scene.stop();
  });

  it.each([
    ['V2', Dialect.V2],
    ['V1 and the forwarder', Dialect.V1],
    ['the forwarder alone', Dialect.FORWARDER],
  ])(
    'over %s',
    async (_, dialect) => {
      const client = await scene.client();
      let transfers = 0;
      const encode = createEventEncoder({
        wire: createV2Wire({ dictionaries: [] }),
        transferId: () => (transfers += 1),
      });
      // The offer of a file is kept off the air.
      const sendable = events(`-${dialect}-`).filter(({ type }) => !isFileShare(type));
      const frames = sendable.map((event, index) => {
        const encoded = encode(event, { dialect, form: 'raw' });
        if (!encoded.ok) throw new Error(`${event.uid}: ${encoded.detail}`);
        // A node of its own for each: no fresh identity of another.
        return { event, from: 0x4000 + index, frames: encoded.frames };
      });
      const ended: string[] = [];
      // A radio keeps only so much for its client.
      for (let first = 0; first < frames.length; first += 8) {
        const some = frames.slice(first, first + 8);
        for (const { from, frames: own } of some) {
          for (const { port, payload } of own) {
            const portnum = port as meshtastic.PortNum;
            scene.mesh.transmit(broadcastPacket({ from, id: scene.mesh.nextPacketId(), portnum, payload }));
          }
        }
        for (const { event, from, frames: own } of some) {
          const outcome = await scene.outcome(
            `outcome of ${event.uid}`,
            ({ node, destination, port }) => node === from && destination === 'tak' && own[0]?.port === port,
          );
          ended.push(`${event.type} ${reasonText(outcome.reason)} ${outcome.detail}`);
          if (outcome.reason !== Reason.DELIVERED) continue;
          // A long route is joined of its parts.
          const uid = outcome.uid.replace(/~\d$/, '');
          const seen = await client.waitFor(event.uid, (xml) => xml.includes(`uid="${uid}"`));
          expect([event.uid, faultsOf(seen, dialect)]).toEqual([event.uid, []]);
        }
      }
      expect(ended.filter((each) => !each.includes(' delivered '))).toEqual([]);
      expect(ended).toHaveLength(frames.length);
    },
    60_000,
  );
});
