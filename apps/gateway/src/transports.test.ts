/** Every transport, firmware and form of TAK frames: everything arrives at a TAK socket, and once. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createEventEncoder,
  createV2Wire,
  decodeUnishox2,
  encodeForwarder,
  encodeUnishox2,
  parseEventXml,
} from '@cotbus/codec';
import { Dialect, itemKey, meshtastic, reasonText } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import { broadcastPacket, packTakPacket } from '@cotbus/simulator';
import type { FirmwareVersion } from '@cotbus/simulator';
import { hasSocat, sdkFixtures, sdkFolder } from '@cotbus/testkit';
import { installDictionaries } from '@cotbus/zstd';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startScene } from './testing/scene.ts';
import type { Scene, SceneOptions } from './testing/scene.ts';
import { serialTransport, uplinkTransport } from './testing/transports.ts';

const { CLIENT, TAK } = meshtastic.Config_DeviceConfig_Role;
const { ATAK_FORWARDER, ATAK_PLUGIN_V2 } = meshtastic.PortNum;
const STALE_MS = 900_000;
const LOSS = 0.2;

const eventOf = (uid: string, type: string, detail: string): CotEvent => {
  const parsed = parseEventXml(
    `<event version="2.0" uid="${uid}" type="${type}" how="m-g" time="2026-01-01T00:00:00Z" start="2026-01-01T00:00:00Z" ` +
      `stale="2026-01-01T00:15:00Z"><point lat="47.1" lon="11.2" hae="900" ce="9999999.0" le="9999999.0"/>` +
      `<detail>${detail}</detail></event>`,
  );
  if (!parsed.ok) throw new Error(parsed.detail);
  const nowMs = Date.now();
  return { ...parsed.event, timeMs: nowMs, startMs: nowMs, staleMs: nowMs + STALE_MS };
};

const pli = (uid: string): CotEvent =>
  eventOf(uid, 'a-f-G-U-C', `<contact callsign="C ${uid}" endpoint="*:-1:stcp"/><__group name="Cyan" role="HQ"/>`);
const marker = (uid: string): CotEvent =>
  eventOf(uid, 'b-m-p-s-m', `<contact callsign="${uid}"/><color argb="-65536"/>`);
/** Long enough for a dozen fragments. */
const longRoute = (uid: string): CotEvent =>
  eventOf(
    uid,
    'b-m-r',
    Array.from(
      { length: 60 },
      (_, at) =>
        `<link uid="${uid}-${(at * 7919).toString(36)}" type="b-m-p-w" callsign="CP ${at * 31}" ` +
        `point="47.${at * 92_821},8.${at * 68_917}" relation="c"/>`,
    ).join(''),
  );

interface Frame {
  readonly port: number;
  readonly payload: Uint8Array;
}

const encode = createEventEncoder({ wire: createV2Wire({ dictionaries: [] }), transferId: () => 1 });
const framesOf = (event: CotEvent, dialect: Dialect): readonly Frame[] => {
  const encoded = encode(event, { dialect, form: 'raw' });
  if (!encoded.ok) throw new Error(encoded.detail);
  return encoded.frames;
};
const forwarded = (event: CotEvent, transferId = 0x123456): readonly Frame[] => {
  const encoded = encodeForwarder(event, { audience: 'plugin', transferId });
  if (!encoded.ok) throw new Error(encoded.detail);
  return encoded.payloads.map((payload) => ({ port: ATAK_FORWARDER, payload }));
};

const packer = { pack: encodeUnishox2, unpack: decodeUnishox2 };
/** As a radio of 2.7.22 in a TAK role puts it on the air. */
const packed = ({ port, payload }: Frame): Frame => {
  const onAir = packTakPacket(payload, packer);
  if (onAir === undefined) throw new TypeError('no TAKPacket');
  return { port, payload: onAir };
};

const sdkPli = sdkFixtures('pli')[0];

const firmwares = [
  ['2.7.22', 'TAK', TAK],
  ['2.7.26', 'client', CLIENT],
  ['2.8.0', 'TAK', TAK],
] as const;

const transports: readonly [string, (firmware: FirmwareVersion) => SceneOptions['reach'], boolean][] = [
  ['serial', () => serialTransport().reach, !hasSocat()],
  ['TCP', () => undefined, false],
  ['MQTT uplink', (firmware) => uplinkTransport(firmware).reach, false],
];

const once = { events: 1, bad: [] };

const matrix = transports.flatMap(([transport, reach, isAbsent]) =>
  firmwares.map(([firmware, name, role]) => ({ transport, firmware, name, role, reach: reach(firmware), isAbsent })),
);
// oxlint-disable-next-line no-console -- a test that did not run should say how it would
if (!hasSocat()) console.warn('skipped: transports over a serial line need socat (apt-get install socat)');

describe.each(matrix)('over $transport with firmware $firmware, role $name', ({ firmware, role, reach, isAbsent }) => {
  const dictionaries = mkdtempSync(join(tmpdir(), 'cotbus-transports-'));
  let scene: Scene;
  beforeAll(async () => {
    if (isAbsent) return;
    const from = sdkFolder();
    if (from !== undefined) await installDictionaries({ from, trust: false, folder: dictionaries });
    scene = await startScene({ radios: 2, firmware, role, packer, worker: { dictionaries }, ...(reach && { reach }) });
  });
  afterAll(async () => {
    if (!isAbsent) await scene.stop();
    rmSync(dictionaries, { recursive: true, force: true });
  });

  let node = 0x4000;
  /** Each sender is a node of its own. @returns its number */
  const transmit = (frames: readonly Frame[]): number => {
    node += 1;
    for (const { port, payload } of frames) {
      const id = scene.mesh.nextPacketId();
      scene.mesh.transmit(broadcastPacket({ from: node, id, portnum: port as meshtastic.PortNum, payload }));
    }
    return node;
  };
  /** How often the event came to the socket, and what did not end as it should: one good outcome for each item. */
  const arrivals = async (uid: string, frames: readonly Frame[]) => {
    const client = await scene.client();
    const from = transmit(frames);
    await client.waitFor(uid, (xml) => xml.includes(`uid="${uid}"`));
    const ended = () =>
      scene.outcomes.filter((outcome) => outcome.node === from && outcome.port !== 4 && outcome.destination === 'tak');
    await expect.poll(() => ended().length).toBeGreaterThan(0);
    const keys = ended().map(({ item }) => item && itemKey(item));
    const reasons = new Set(ended().map(({ reason }) => reasonText(reason)));
    const bad = [...reasons].filter((reason) => reason !== 'delivered' && reason !== 'duplicate');
    client.close();
    return {
      events: client.events.filter((xml) => xml.includes(`uid="${uid}"`)).length,
      bad: [...bad, ...(new Set(keys).size === keys.length ? [] : ['two outcomes of one item'])],
    };
  };

  it.skipIf(isAbsent)('V1, plain', async () => {
    expect(await arrivals('V1-PLAIN', framesOf(pli('V1-PLAIN'), Dialect.V1))).toEqual(once);
  });

  it.skipIf(isAbsent)('V1, compressed', async () => {
    // Packed texts of other words may hold a NUL, and end there.
    const uid = 'ANDROID-0123456789abcdef';
    const frames = framesOf(pli(uid), Dialect.V1).map(packed);
    expect(frames[0]?.payload).not.toEqual(framesOf(pli(uid), Dialect.V1)[0]?.payload);
    expect(await arrivals(uid, frames)).toEqual(once);
  });

  it.skipIf(isAbsent)('V2, raw', async () => {
    expect(await arrivals('V2-RAW', framesOf(pli('V2-RAW'), Dialect.V2))).toEqual(once);
  });

  it.skipIf(isAbsent || sdkPli === undefined)('V2, dictionary A', async () => {
    if (sdkPli === undefined) return;
    expect(sdkPli.frame[0]).not.toBe(0xff);
    expect(await arrivals(String(sdkPli.decoded['uid']), [{ port: ATAK_PLUGIN_V2, payload: sdkPli.frame }])).toEqual(
      once,
    );
  });

  it.skipIf(isAbsent)('257, direct', async () => {
    const frames = forwarded(marker('DIRECT'));
    expect(frames).toHaveLength(1);
    expect(await arrivals('DIRECT', frames)).toEqual(once);
  });

  it.skipIf(isAbsent)('257, fountain, of which each radio misses a fifth', async () => {
    scene.mesh.setLoss(LOSS);
    const frames = forwarded(longRoute('FOUNTAIN'));
    expect(frames.length).toBeGreaterThan(5);
    expect(await arrivals('FOUNTAIN', frames)).toEqual(once);
    scene.mesh.setLoss(0);
  });
});
