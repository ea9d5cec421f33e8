import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeForwarder, parseEventXml } from '@cotbus/codec';
import { meshtastic } from '@cotbus/contracts';
import { broadcastPacket } from '@cotbus/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startComposeSite } from './compose-site.ts';
import type { ComposePlace, ComposeSite } from './compose-site.ts';
import { findMosquitto } from './mosquitto.ts';
import { createProcesses } from './process.ts';
import { openProxy } from './proxy.ts';
import type { Proxy } from './proxy.ts';
import { startRadios } from './radio.ts';
import type { SimulatedSite } from './radio.ts';
import { labelNumber, labelText } from './label.ts';
import { isBuilt, ROOT } from './service-config.ts';
import { connectTakRecorder } from './tak.ts';
import type { TakRecorder } from './tak.ts';
import { numberedEvent } from './tak-events.ts';
import { until } from './wait.ts';

const mosquitto = findMosquitto();
const START_MS = 180_000;
const WAIT_MS = 40_000;

/** Radios in the order of starting; two sites hear the mesh "shared", one alone hears "solo". */
const MESHES = ['shared', 'shared', 'solo'];
const SOLO_EVERY = 2;

/** Long enough for a dozen fragments. */
const WAYPOINTS = 60;
const longRoute = (uid: string): string => {
  const iso = (offsetMs: number): string => new Date(Date.now() + offsetMs).toISOString();
  const links = Array.from(
    { length: WAYPOINTS },
    (_, at) =>
      `<link uid="${uid}-${(at * 7919).toString(36)}" type="b-m-p-w" point="47.${at * 92_821},8.${at * 68_917}"/>`,
  );
  return (
    `<event version="2.0" uid="${uid}" type="b-m-r" how="h-e" time="${iso(0)}" start="${iso(0)}" stale="${iso(900_000)}">` +
    `<point lat="47" lon="8" hae="9999999.0" ce="9999999.0" le="9999999.0"/><detail>${links.join('')}</detail></event>`
  );
};

describe.skipIf(mosquitto === undefined || !isBuilt())('two sites that meet at a central place', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-sites-'));
  const processes = createProcesses();
  let radios: SimulatedSite;
  let central: ComposeSite;
  let hillBridge: Proxy;
  let phone: TakRecorder;

  const init = (place: string, ...args: readonly string[]): string => {
    const own = join(folder, place);
    mkdirSync(own);
    const cotbus = join(ROOT, 'apps/gateway/bin/cotbus.mjs');
    spawnSync(process.execPath, [cotbus, 'init', '--compose', ...args], {
      cwd: own,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return own;
  };
  const start = (place: ComposePlace): Promise<ComposeSite> => startComposeSite(processes, mosquitto ?? '', place);
  const radioAt = (index: number): string => `r=127.0.0.1:${radios.radios[index]?.radio.port ?? 0}`;
  const labels = (): readonly number[] =>
    phone.sightings.flatMap(({ label }) => (label?.startsWith('rx') === true ? [labelNumber(label)] : []));

  beforeAll(async () => {
    radios = await startRadios(MESHES, 11, 1);
    const meeting = init('central', '--central', 'hill', 'coast', '--host', '127.0.0.1');
    central = await start({ folder: meeting, workers: 1 });
    hillBridge = await openProxy(central.doorPort);
    const joined = (site: string): string => join(meeting, 'site/sites', `${site}.yaml`);
    const hill = init(
      'hill',
      '--join',
      joined('hill'),
      '--mesh',
      'shared',
      '--radio',
      radioAt(0),
      `solo=${radioAt(2).slice(2)}`,
    );
    const coast = init('coast', '--join', joined('coast'), '--mesh', 'shared', '--radio', radioAt(1));
    await start({ folder: hill, workers: 1, centralPort: hillBridge.port });
    await start({ folder: coast, workers: 1, centralPort: central.doorPort });
    const port = /"address":"127\.0\.0\.1:(\d+)"/.exec(central.services.get('tak-egress-1')?.output() ?? '')?.[1];
    phone = connectTakRecorder('phone', 'tak', Number(port));
    await until('the phone connects', WAIT_MS, () => phone.connected);
  }, START_MS);
  afterAll(async () => {
    phone.close();
    await processes.endAll();
    await hillBridge.close();
    await radios.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    'shows once what both hear',
    async () => {
      const shared = [2, 4, 6, 8, 12, 14];
      // A bridge needs a moment after its start; a radio says nothing twice.
      await until('both bridges are up', WAIT_MS, () => hillBridge.connections().length > 0);
      for (const number of shared) radios.transmit(number);
      await until('they arrive', WAIT_MS, () => shared.every((number) => labels().includes(number)));
      radios.transmit(1);
      await until('one that comes later', WAIT_MS, () => labels().includes(1));
      expect(
        labels()
          .filter((number) => shared.includes(number))
          .toSorted((a, b) => a - b),
      ).toEqual(shared);
    },
    2 * WAIT_MS,
  );

  it(
    'delivers in order what a site heard while it was cut off',
    async () => {
      hillBridge.setTarget(1);
      hillBridge.cut('rst');
      const solo = Array.from({ length: 10 }, (_, index) => 121 + index * SOLO_EVERY);
      for (const number of solo) radios.transmit(number);
      // Coast goes on meanwhile.
      radios.transmit(102);
      await until('what coast hears', WAIT_MS, () => labels().includes(102));
      expect(labels().filter((number) => solo.includes(number))).toEqual([]);
      hillBridge.setTarget(central.doorPort);
      await until('everything of hill', WAIT_MS, () => solo.every((number) => labels().includes(number)));
      expect(labels().filter((number) => solo.includes(number))).toEqual(solo);
    },
    3 * WAIT_MS,
  );

  it(
    'completes a transfer of which each site hears half',
    async () => {
      const parsed = parseEventXml(longRoute('HALVES'));
      const encoded = parsed.ok ? encodeForwarder(parsed.event, { audience: 'plugin', transferId: 0x4711 }) : parsed;
      const payloads = encoded.ok && 'payloads' in encoded ? encoded.payloads : [];
      expect(payloads.length).toBeGreaterThan(5);
      const { ATAK_FORWARDER } = meshtastic.PortNum;
      for (const [index, payload] of payloads.entries()) {
        const packet = broadcastPacket({ from: 0x00e40001, id: 900_000 + index, portnum: ATAK_FORWARDER, payload });
        radios.radios[index % 2]?.radio.inject(packet);
      }
      const routes = () => phone.sightings.filter(({ uid }) => uid === 'HALVES').map(({ order }) => phone.bytes(order));
      await until('the route arrives', WAIT_MS, () => routes().length > 0);
      expect(routes().map((xml) => xml?.toString().match(/<link /g)?.length)).toEqual([WAYPOINTS]);
    },
    2 * WAIT_MS,
  );

  it(
    'sends what TAK says at the central place to the mesh of a site',
    async () => {
      // Every third event is a chat, which may go to the air by default.
      phone.send(numberedEvent('phone', 3, Date.now(), 8));
      const sent = labelText('tx', 3);
      const onAir = (): number =>
        radios.witnesses.flatMap(({ sightings }) => sightings.filter(({ label }) => label === sent)).length;
      await until('it is on the air', WAIT_MS, () => onAir() > 0);
      expect(onAir()).toBe(1);
    },
    2 * WAIT_MS,
  );
});
