import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildEventXml, contentHash, createRouteJoiner, parseEventXml } from '@cotbus/codec';
import { Kind, kindText, meshtastic, Reason } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import { nodeAt, readXml } from '@cotbus/testkit';
import type { TakClient } from '@cotbus/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { createListener } from './testing/heard-events.ts';
import type { HeardEvent, Listener } from './testing/heard-events.ts';
import { startScene } from './testing/scene.ts';
import type { Scene, SceneOptions } from './testing/scene.ts';

const { ATAK_PLUGIN_V2, ATAK_PLUGIN, ATAK_FORWARDER } = meshtastic.PortNum;
const FOLDER = join(import.meta.dirname, '../../../testdata/cot');
const STALE_MS = 900_000;

/** Every payload and every variant of it, in the words of the clients. `v1`: port 72 carries it whole. */
const samples: readonly (readonly [name: string, v1?: 'v1'])[] = [
  ['pli/atak-leader', 'v1'],
  ['pli/itak-volunteer', 'v1'],
  ['pli/webtak-dispatcher', 'v1'],
  ['pli/atak-thermal-observer', 'v1'],
  ['chat/atak-all', 'v1'],
  ['chat/atak-group', 'v1'],
  ['chat/atak-direct', 'v1'],
  ['chat/atak-receipt-delivered', 'v1'],
  ['chat/wintak-receipt-read', 'v1'],
  ['chat/atak-spoken-direct', 'v1'],
  ['aircraft/atak-adsb-airliner'],
  ['shape/atak-circle-search-area'],
  ['shape/atak-ellipse-drift'],
  ['shape/atak-freeform-avalanche'],
  ['shape/atak-rectangle-landing'],
  ['shape/wintak-polygon-sector'],
  ['shape/wintak-polygon-antimeridian'],
  ['shape/atak-ranging-circle'],
  ['shape/atak-bullseye'],
  ['shape/atak-telestration'],
  ['shape/atak-vehicle-outline'],
  ['shape/wintak-vehicle-3d'],
  ['marker/atak-spot-red'],
  ['marker/atak-2525-patient'],
  ['marker/atak-icon-set-fire'],
  ['marker/itak-go-to'],
  ['marker/webtak-observation-post'],
  ['rab/atak-line'],
  ['route/atak-3-points'],
  ['route/atak-20-points'],
  ['casevac/atak-nine-line'],
  ['emergency/atak-911'],
  ['emergency/atak-cancel'],
  ['task/atak-search-sector'],
  ['taktalk/atak-text'],
  ['taktalk/atak-voice'],
  ['taktalk/atak-room-medics'],
  ['delete/atak-force-delete'],
  ['raw/atak-own-element'],
  ['raw/atak-video-feed'],
];

const kindIn = (name: string): string => name.split('/', 1)[0] ?? '';

/** Said now. */
const sampleOf = (name: string): CotEvent => {
  const parsed = parseEventXml(readFileSync(join(FOLDER, `${name}.xml`), 'utf8'));
  if (!parsed.ok) throw new Error(`${name}: ${parsed.detail}`);
  const nowMs = Date.now();
  return { ...parsed.event, timeMs: nowMs, startMs: nowMs, staleMs: nowMs + STALE_MS };
};

/** Samples that take more than one packet of V2. */
const packetsOf: Readonly<Record<string, number>> = { 'route/atak-20-points': 4 };

/** The event that the packets of a long route are; anything else as it is. */
const whole = (events: readonly CotEvent[]): readonly (CotEvent | undefined)[] => {
  const joiner = createRouteJoiner();
  return events.length > 1
    ? [events.map((event) => joiner.add({ event, mesh: 'valley', sender: 1, nowMs: 0 })).at(-1)?.event]
    : events;
};

const isReceipt = ({ type }: CotEvent): boolean => type.startsWith('b-t-f-');

/** What V2 must bring: what it is, whose, where. A receipt has no name, and few things have remarks that always fit. */
const inV2 = (event: CotEvent) => {
  const { uid, type, kind, callsign, team } = event;
  const place = [event.lat.toFixed(6), event.lon.toFixed(6)];
  return {
    uid,
    type,
    kind: kindText(kind),
    team,
    place,
    callsign: isReceipt(event) ? '' : callsign,
    text: textOf(event),
  };
};

/** What V1 must bring: of a person who and where, of a line who said what to whom; it has no place and not every id. */
const inV1 = (event: CotEvent) => {
  const { uid, type, kind, callsign, team, role } = event;
  if (kind === Kind.PLI)
    return { uid, callsign, team, role: role.replace(' ', ''), place: [event.lat.toFixed(6), event.lon.toFixed(6)] };
  return { type, kind: kindText(kind), line: uid.slice(0, uid.lastIndexOf('.')), text: textOf(event) };
};

/** Of people's own words those of a chat line, which nothing cuts. */
const textOf = ({ kind, detail }: CotEvent): string | undefined =>
  kind === Kind.CHAT ? nodeAt(readXml(`<detail>${detail}</detail>`), 'remarks')?.text : undefined;

interface SendWhat {
  readonly among?: typeof samples;
  readonly copies?: (name: string) => number;
}

describe('what TAK sends reaches the air in the dialect of the mesh', () => {
  let scene: Scene;
  afterEach(async () => {
    await scene.stop();
  });

  /** @param copies how many frames or transfers it takes */
  const sendOne = async (client: TakClient, listener: Listener, event: CotEvent, copies: number) => {
    const ended = scene.outcomes.length;
    const heard: HeardEvent[] = [];
    client.send(buildEventXml(event));
    const outcome = () => scene.outcomes.slice(ended).find(({ destination }) => destination === 'valley');
    await expect.poll(outcome).toMatchObject({ reason: Reason.DELIVERED });
    await expect.poll(() => heard.push(...listener.hear(scene.radios[0]?.sent() ?? []))).toBe(copies);
    return heard;
  };

  const send = async (options: SceneOptions, { among = samples, copies = () => 1 }: SendWhat = {}) => {
    const kinds = [...new Set(samples.map(([name]) => kindIn(name)))];
    scene = await startScene({ fast: true, ...options, toMesh: { uidIntervalSeconds: 0, ...options.toMesh, kinds } });
    const client = await scene.client();
    const listener = createListener();
    const all: { name: string; v1: boolean; sent: CotEvent; heard: readonly HeardEvent[] }[] = [];
    for (const [name, v1] of among) {
      const sent = sampleOf(name);
      all.push({ name, v1: v1 !== undefined, sent, heard: await sendOne(client, listener, sent, copies(name)) });
    }
    return all;
  };

  it('V2 with a radio of today', async () => {
    const copies = (name: string): number => packetsOf[name] ?? 1;
    for (const { name, sent, heard } of await send({}, { copies })) {
      expect([name, heard.map(({ port }) => port)]).toEqual([name, Array(copies(name)).fill(ATAK_PLUGIN_V2)]);
      const came = whole(heard.map(({ event }) => event));
      expect([name, came.map((event) => event && inV2(event))]).toEqual([name, [inV2(sent)]]);
    }
  });

  it('V1 with an older one, and the forwarder for what V1 cannot carry', async () => {
    for (const { name, v1, sent, heard } of await send({ firmware: '2.7.22' })) {
      expect([name, heard.map(({ port }) => port)]).toEqual([name, [v1 ? ATAK_PLUGIN : ATAK_FORWARDER]]);
      const said = (event: CotEvent): unknown => (v1 ? inV1(event) : contentHash(event));
      expect([name, heard.map(({ event }) => said(event))]).toEqual([name, [said(sent)]]);
    }
  });

  it('both, where the operator says so', async () => {
    // The first of each kind: both ways of all of them are above.
    const among = samples.filter(([name], at) => samples.findIndex(([other]) => kindIn(other) === kindIn(name)) === at);
    for (const { name, v1, sent, heard } of await send({ toMesh: { dialect: 'both' } }, { among, copies: () => 2 })) {
      const ports = heard.map(({ port }) => port);
      expect([name, ports]).toEqual([name, [ATAK_PLUGIN_V2, v1 ? ATAK_PLUGIN : ATAK_FORWARDER]]);
      expect([name, heard.map(({ event }) => kindText(event.kind))]).toEqual([
        name,
        [kindText(sent.kind), kindText(sent.kind)],
      ]);
    }
  });
});
