import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { createEventEncoder, createV2Wire, encodeForwarder, parseEventXml } from '@cotbus/codec';
import { Dialect, meshtastic, Reason } from '@cotbus/contracts';
import { broadcastPacket } from '@cotbus/simulator';
import { nodeAt, readXml, sdkFixtures } from '@cotbus/testkit';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useCommandRun } from './testing/command-run.ts';
import { startScene } from './testing/scene.ts';
import type { Scene } from './testing/scene.ts';

const { PortNum, TAKPacketV2Schema, CotType } = meshtastic;
const { ATAK_FORWARDER, ATAK_PLUGIN_V2 } = PortNum;

type Place = readonly [lat: number, lon: number];

/** A square spiral, to 1e-7 degrees. */
const spiral = (count: number): readonly Place[] =>
  Array.from({ length: count }, (_, at): Place => {
    const [dy, dx] = (
      [
        [1, 0],
        [0, 1],
        [-1, 0],
        [0, -1],
      ] as const
    )[at % 4] ?? [0, 0];
    return [Number((47.1234567 + dy * at * 1e-4).toFixed(7)), Number((8.7654321 + dx * at * 1e-4).toFixed(7))];
  });

const v2Route = (uid: string, places: readonly Place[]): Uint8Array => {
  const [lat0 = 0, lon0 = 0] = (places[0] ?? []).map((degrees) => Math.round(degrees * 1e7));
  const links = places.map(([lat, lon], at) => ({
    point: { latDeltaI: Math.round(lat * 1e7) - lat0, lonDeltaI: Math.round(lon * 1e7) - lon0 },
    callsign: at === 0 ? 'A&B' : '',
  }));
  const packet = create(TAKPacketV2Schema, {
    cotTypeId: CotType.CotType_b_m_r,
    uid,
    callsign: 'Ridge',
    latitudeI: lat0,
    longitudeI: lon0,
    staleSeconds: 900,
    payloadVariant: { case: 'route', value: { method: 2, direction: 1, prefix: 'CP', links } },
  });
  return Uint8Array.of(0xff, ...toBinary(TAKPacketV2Schema, packet));
};

const iso = (offsetMs: number): string => new Date(Date.now() + offsetMs).toISOString();

const eventOf = (uid: string, places: readonly Place[]) => {
  const links = places.map((place) => `<link type='b-m-p-w' point='${place.join(',')}' relation='c'/>`).join('');
  const parsed = parseEventXml(
    `<event version='2.0' uid='${uid}' type='b-m-r' how='h-e' time='${iso(0)}' start='${iso(0)}' stale='${iso(900_000)}'>` +
      `<point lat='47' lon='8' hae='9999999.0' ce='9999999.0' le='9999999.0'/><detail>${links}<contact callsign='Ridge'/></detail></event>`,
  );
  if (!parsed.ok) throw new Error(parsed.detail);
  return parsed.event;
};

const forwarderFrames = (uid: string, places: readonly Place[]): readonly Uint8Array[] => {
  const encoded = encodeForwarder(eventOf(uid, places), { audience: 'plugin', transferId: 7 });
  if (!encoded.ok) throw new Error(encoded.detail);
  return encoded.payloads;
};

/** As another gateway sends a long route. */
const v2Frames = (uid: string, places: readonly Place[]): readonly Uint8Array[] => {
  const splitting = { maxPackets: 9, lossMeters: 0 };
  const encode = createEventEncoder({ wire: createV2Wire({ dictionaries: [] }), transferId: () => 0, splitting });
  const encoded = encode(eventOf(uid, places), { dialect: Dialect.V2, form: 'raw' });
  if (!encoded.ok) throw new Error(encoded.detail);
  return encoded.frames.map(({ payload }) => payload);
};

const placesIn = (zip: Uint8Array, name: string): readonly Place[] => {
  const kml = readXml(new TextDecoder().decode(unzipSync(zip)[`${name}.kml`]));
  const text = nodeAt(kml, 'Document/Placemark/LineString/coordinates')?.text.trim() ?? '';
  return text.split(/\s+/).map((place): Place => {
    const [lon = 0, lat = 0] = place.split(',').map(Number);
    return [lat, lon];
  });
};

describe('routes through a gateway', () => {
  let scene: Scene;
  const command = useCommandRun('route');
  beforeEach(async () => {
    scene = await startScene({ toMesh: { kinds: ['route'], force: true }, fast: true });
    // A command ends its process.
    vi.spyOn(process, 'exit').mockImplementation((() => undefined) as never);
  });
  afterEach(async () => {
    await scene.stop();
  });
  const hear = (payload: Uint8Array, portnum: meshtastic.PortNum = ATAK_PLUGIN_V2) =>
    scene.mesh.transmit(broadcastPacket({ from: 0x2001, id: scene.mesh.nextPacketId(), portnum, payload }));
  const packed = (uid: string) =>
    scene.outcome(`package of ${uid}`, (outcome) => outcome.destination === 'routes' && outcome.uid === uid);
  const sentPorts = () =>
    scene.radios
      .flatMap((radio) => radio.sent())
      .flatMap(({ payloadVariant: { case: what, value } }) => (what === 'decoded' ? value.portnum : []));
  const savedAs = (uid: string): string => join(scene.folder, 'TAK Routes', `${uid}.zip`);
  const bus = () => ['--bus', scene.busUrl];

  it.each([3, 16])('of %i points come from V2 frames to the disk, exact to 1e-7 degrees', async (count) => {
    hear(v2Route('ROUTE-1', spiral(count)));
    expect(await packed('ROUTE-1')).toMatchObject({ reason: Reason.DELIVERED, node: 0x2001, port: 78 });
    expect(placesIn(readFileSync(savedAs('ROUTE-1')), 'ROUTE-1')).toEqual(spiral(count));
  });

  it.each([17, 200])('of %i points come from old radios in fragments', async (count) => {
    for (const payload of forwarderFrames('ROUTE-2', spiral(count))) hear(payload, ATAK_FORWARDER);
    expect(await packed('ROUTE-2')).toMatchObject({ reason: Reason.DELIVERED, port: 257 });
    expect(placesIn(readFileSync(savedAs('ROUTE-2')), 'ROUTE-2')).toEqual(spiral(count));
  });

  it.each([17, 60])('of %i points come in several V2 frames, in any order, as one', async (count) => {
    const client = await scene.client();
    const frames = v2Frames('ROUTE-5', spiral(count));
    expect(frames.length).toBeGreaterThan(1);
    for (const payload of frames.toReversed()) hear(payload);
    const ended = await packed('ROUTE-5~1');
    expect(ended).toMatchObject({ reason: Reason.DELIVERED });
    expect(ended.detail).toMatch(new RegExp(`; joined of ${frames.length} parts$`));
    expect(placesIn(readFileSync(savedAs('ROUTE-5')), 'ROUTE-5')).toEqual(spiral(count));
    const isWhole = (xml: string): boolean =>
      xml.includes(' uid="ROUTE-5"') && xml.split(' point="').length === count + 1;
    expect(await client.waitFor('the whole route', isWhole)).toContain('<contact callsign="Ridge"');
  });

  it.each(sdkFixtures('route'))('of phones, such as $name, are packed', async ({ packet, xml }) => {
    hear(Uint8Array.of(0xff, ...packet));
    const uid = readXml(xml).attributes['uid'] ?? '';
    expect(await packed(uid)).toMatchObject({ reason: Reason.DELIVERED });
    const links = readXml(xml).children.flatMap(({ children }) => children.filter(({ name }) => name === 'link'));
    const wanted = links.map(({ attributes }) => (attributes['point'] ?? '').split(',').slice(0, 2).map(Number));
    const places = placesIn(readFileSync(savedAs(uid)), uid);
    expect(places).toHaveLength(wanted.length);
    for (const [at, [lat = 0, lon = 0]] of wanted.entries()) {
      expect(Math.abs((places[at]?.[0] ?? 0) - lat)).toBeLessThan(1.01e-7);
      expect(Math.abs((places[at]?.[1] ?? 0) - lon)).toBeLessThan(1.01e-7);
    }
  });

  it('are listed, shown and fetched', async () => {
    hear(v2Route('ROUTE-3', spiral(4)));
    await packed('ROUTE-3');
    await command.runWord('route-package', 'list', ...bus());
    expect(command.printed.join('\n')).toMatch(/^[0-9a-f]{12}  .* 4 points  valley  Ridge  \(ROUTE-3\)$/);
    const hash = command.printed[0]?.slice(0, 12) ?? '';
    await command.runWord('route-package', 'show', hash.slice(0, 8), ...bus());
    expect(command.printed.join('\n')).toContain('Route Received: Ridge\nSaved as ');
    expect(command.printed.join('\n')).toContain('from      !00002001 on valley');
    const [zip, kml] = [join(command.folder, 'x.zip'), join(command.folder, 'x.kml')];
    await command.runWord('route-package', 'show', 'ROUTE-3', '--out', zip, ...bus());
    expect(readFileSync(zip)).toEqual(readFileSync(savedAs('ROUTE-3')));
    await command.runWord('route-package', 'show', 'ROUTE-3', '--out', kml, ...bus());
    expect(readFileSync(kml, 'utf8')).toContain('<LineString>');
    expect(process.exitCode).toBeUndefined();
    await command.runWord('route-package', 'show', 'ROUTE-4', ...bus());
    expect(command.complained).toEqual(['There is no route ROUTE-4: cotbus route-package list shows all.']);
    expect(process.exitCode).toBe(1);
  });

  it('are sent from a file to the mesh, in as many packets as they take', async () => {
    const points = spiral(40).map(([lat, lon]) => `<rtept lat="${lat}" lon="${lon}"/>`);
    const gpx = command.file('tour.gpx', `<gpx><rte>${points.join('')}</rte></gpx>`);
    await command.run('send', gpx, '--tak', scene.takAddress, ...bus());
    expect(command.complained[0]).toMatch(/^tour: 40 points, uid route-/);
    expect(command.printed.join('\n')).toMatch(/delivered +TAK → valley +route +tour/);
    expect(sentPorts().length).toBeGreaterThan(2);
    expect(new Set(sentPorts())).toEqual(new Set([ATAK_PLUGIN_V2]));
  });

  it('are sent from a file to the mesh, reduced to what is asked for', async () => {
    const points = spiral(40).map(([lat, lon]) => `<rtept lat="${lat}" lon="${lon}"/>`);
    const gpx = command.file('r.gpx', `<gpx><rte><name>Tour</name>${points.join('')}</rte></gpx>`);
    await command.run('send', gpx, '--points', '8', '--uid', 'TOUR-1', '--tak', scene.takAddress, ...bus());
    expect(command.complained[0]).toBe('Tour: 8 points (of 40: --points takes more), uid TOUR-1');
    expect(command.complained[1]).toBe(`Handed to ${scene.takAddress}.`);
    expect(command.printed.join('\n')).toMatch(/delivered +TAK → valley +route +Tour/);
    expect(sentPorts()).toEqual([ATAK_PLUGIN_V2]);
  });
});
