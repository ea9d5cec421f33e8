import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEventEncoder, createV2Wire, parseEventXml } from '@cotbus/codec';
import { Dialect, itemKey, meshtastic, reasonText } from '@cotbus/contracts';
import type { Outcome } from '@cotbus/contracts';
import { readRecording } from '@cotbus/service';
import { broadcastPacket } from '@cotbus/simulator';
import { sdkFixtures, sdkFolder } from '@cotbus/testkit';
import { findDictionaries, installDictionaries, openZstd, usableDictionaries } from '@cotbus/zstd';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startScene } from './testing/scene.ts';
import type { Scene, SceneOptions } from './testing/scene.ts';

const lacking = vi.hoisted(() => ({ own: false }));
vi.mock('@cotbus/zstd', async (load) => {
  const zstd = await load<typeof import('@cotbus/zstd')>();
  const withoutOwn: typeof zstd.usableDictionaries = (found) =>
    zstd.usableDictionaries(found).filter(({ generation }) => !lacking.own || generation !== 'c');
  return { ...zstd, usableDictionaries: withoutOwn };
});

const SHIPPED = join(import.meta.dirname, '../../../testdata/recordings/simulated-mesh.jsonl.gz');
const { ATAK_PLUGIN_V2, TEXT_MESSAGE_APP } = meshtastic.PortNum;

let folder = '';
const scenes: Scene[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cotbus-recordings-'));
});
afterEach(async () => {
  lacking.own = false;
  for (const scene of scenes.splice(0)) await scene.stop();
  rmSync(folder, { recursive: true, force: true });
});

const start = async (options: SceneOptions = {}): Promise<Scene> => {
  const scene = await startScene(options);
  scenes.push(scene);
  return scene;
};
/** A gateway whose radio is a recording, and a phone: what is said when nobody is there waits for somebody. */
const play = async (file: string, options: SceneOptions = {}): Promise<Scene> => {
  const scene = await start({
    ...options,
    radios: 0,
    reach: async () => ({ agents: [{ recording: { file, speed: 10_000 } }], close: async () => {} }),
  });
  await scene.client();
  return scene;
};

const framesOf = async (file: string) => {
  const frames = [];
  for await (const line of readRecording(file)) if (line.kind === 'frame') frames.push(line.frame);
  return frames;
};
/** One for each frame at the TAK destination; the agent's own refreshes are none. */
const ends = (scene: Scene): readonly Outcome[] => scene.outcomes.filter(({ packetId }) => packetId !== 0);
/** At TAK, or with the agent where it ends before. */
const atTak = (scene: Scene): readonly Outcome[] =>
  ends(scene).filter(({ destination }) => destination === 'tak' || destination === '');

const tell = (scene: Scene, from: number, portnum: meshtastic.PortNum, payload: Uint8Array): void => {
  const id = scene.mesh.nextPacketId();
  scene.mesh.transmit(broadcastPacket({ from, id, portnum, payload }));
};

describe('the recording of a simulated mesh', () => {
  it('is played to the end: one outcome for each frame, and everybody is on the map', async () => {
    const frames = await framesOf(SHIPPED);
    expect(frames.length).toBeGreaterThan(30);
    const scene = await play(SHIPPED);
    await expect.poll(() => atTak(scene).length).toBe(frames.length);
    const keys = atTak(scene).map(({ item }) => item && itemKey(item));
    expect(new Set(keys).size).toBe(frames.length);
    const wrong = atTak(scene).filter(
      ({ reason }) =>
        !['delivered', 'no_client', 'tak_identity', 'not_for_tak', 'superseded'].includes(reasonText(reason)),
    );
    expect(wrong).toEqual([]);
    const client = await scene.client();
    for (const callsign of ['SIM-ALPHA', 'SIM-BRAVO']) {
      const xml = await client.waitFor(callsign, (event) => event.includes(`callsign="${callsign}"`));
      const time = /time="([^"]+)"/.exec(xml)?.[1] ?? '';
      expect(Math.abs(Date.now() - Date.parse(time))).toBeLessThan(60_000);
    }
  });
});

describe('what is recorded', () => {
  it('is every frame and every event, and comes out the same when it is played', async () => {
    const scene = await start({ record: { enabled: true, folder } });
    const client = await scene.client();
    tell(scene, 0x2001, TEXT_MESSAGE_APP, new TextEncoder().encode('hello from the hill'));
    tell(scene, 0x2002, meshtastic.PortNum.ATAK_PLUGIN, Uint8Array.of(0xff));
    await client.waitFor('the text', (xml) => xml.includes('hello from the hill'));
    const iso = new Date().toISOString();
    client.send(
      `<event version="2.0" uid="HQ" type="a-f-G-U-C" how="h-e" time="${iso}" start="${iso}" stale="2099-01-01T00:00:00Z">` +
        '<point lat="1" lon="2" hae="0" ce="0" le="0"/><detail><contact callsign="HQ"/></detail></event>',
    );
    await scene.outcome('end of the event', ({ uid }) => uid === 'HQ');
    await expect.poll(() => ends(scene).length).toBeGreaterThanOrEqual(2);
    await scene.stop();
    scenes.length = 0;

    const lines = [];
    for await (const line of readRecording(folder)) lines.push(line);
    const frames = lines.flatMap((line) => (line.kind === 'frame' ? [[line.frame.from, line.frame.port]] : []));
    expect(frames).toEqual(
      expect.arrayContaining([
        [0x2001, 1],
        [0x2002, 72],
      ]),
    );
    const ways = lines.flatMap((line) => (line.kind === 'event' ? [line.event.way] : []));
    expect(new Set(ways)).toEqual(new Set(['to_tak', 'from_tak']));
    expect(lines.filter(({ kind }) => kind === 'other').length).toBeGreaterThan(2);
    expect(lines.filter(({ kind }) => kind === 'damaged')).toEqual([]);

    const again = await play(folder);
    const reasons = () => atTak(again).map(({ node, reason }) => [node, reasonText(reason)]);
    await expect.poll(reasons).toEqual(
      expect.arrayContaining([
        [0x2001, expect.stringMatching(/^(delivered|no_client)$/)],
        [0x2002, 'garbled'],
      ]),
    );
  });
});

describe('frames that no dictionary was there for', () => {
  /** What became of the frames of a node, where they ended at TAK. */
  const fate = (scene: Scene, node: number): readonly string[] =>
    atTak(scene)
      .filter((outcome) => outcome.node === node)
      .map(({ reason }) => reasonText(reason));

  it.skipIf(openZstd() === undefined)(
    'are recovered when our own set is there again',
    async () => {
      const parsed = parseEventXml(
        '<event version="2.0" uid="MARK" type="b-m-p-s-m" how="h-e" time="2026-01-01T00:00:00Z" start="2026-01-01T00:00:00Z" ' +
          'stale="2026-01-02T00:00:00Z"><point lat="47" lon="8" hae="0" ce="0" le="0"/><detail><contact callsign="Camp at the lake"/>' +
          '<color argb="-65536"/><remarks>water, wood and a roof for twelve people</remarks></detail></event>',
      );
      if (!parsed.ok) throw new Error(parsed.detail);
      const dictionaries = usableDictionaries(findDictionaries(folder));
      const encode = createEventEncoder({
        wire: createV2Wire({ zstd: openZstd(), dictionaries }),
        transferId: () => 1,
      });
      const encoded = encode(parsed.event, { dialect: Dialect.V2, form: 'c' });
      if (!encoded.ok) throw new Error(encoded.detail);
      expect(encoded.frames[0]?.payload[0]).not.toBe(0xff);

      lacking.own = true;
      const scene = await start({ record: { enabled: true, folder } });
      tell(scene, 0x3001, ATAK_PLUGIN_V2, encoded.frames[0]?.payload ?? new Uint8Array());
      await expect.poll(() => fate(scene, 0x3001)).toEqual(['dictionary_missing']);
      await scene.stop();
      scenes.length = 0;

      const still = await play(folder);
      await expect.poll(() => fate(still, 0x3001)).toEqual(['dictionary_missing']);
      lacking.own = false;
      const recovered = await play(folder);
      await expect.poll(() => fate(recovered, 0x3001)).toEqual(['delivered']);
      const client = await recovered.client();
      await expect(client.waitFor('the marker', (xml) => xml.includes('Camp at the lake'))).resolves.toContain(
        'uid="MARK"',
      );
    },
    40_000,
  );

  const [fixture] = sdkFixtures('pli');
  it.skipIf(fixture === undefined)(
    'are recovered after `cotbus dictionaries install`',
    async () => {
      const installed = join(folder, 'dictionaries');
      const recordings = join(folder, 'recordings');
      const scene = await start({ record: { enabled: true, folder: recordings }, worker: { dictionaries: installed } });
      tell(scene, 0x3002, ATAK_PLUGIN_V2, fixture?.frame ?? new Uint8Array());
      await expect.poll(() => fate(scene, 0x3002)).toEqual(['dictionary_missing']);
      await scene.stop();
      scenes.length = 0;
      const steps = await installDictionaries({ from: sdkFolder(), trust: false, folder: installed });
      expect(steps.filter(({ ok }) => ok)).not.toEqual([]);
      const recovered = await play(recordings, { worker: { dictionaries: installed } });
      await expect.poll(() => fate(recovered, 0x3002)).toEqual(['delivered']);
    },
    40_000,
  );
});
