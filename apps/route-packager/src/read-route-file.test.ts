import { parseEventXml } from '@cotbus/codec';
import { cotFaults, sdkFixtures } from '@cotbus/testkit';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { buildDataPackage, packageLayouts } from './data-package.ts';
import { buildKml } from './kml.ts';
import { readRouteFile } from './read-route-file.ts';
import { readRoute } from './route.ts';
import type { Route } from './route.ts';
import { buildRouteEvent } from './route-event.ts';
import { simplify } from './simplify.ts';
import { manyPoints, routeEvent } from './testing/sample-routes.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string) => readRouteFile(bytes(text));
const routeIn = (content: Uint8Array | string): Route => {
  const result = typeof content === 'string' ? read(content) : readRouteFile(content);
  if (!result.ok) throw new Error(result.detail);
  return result.route;
};
const short = ({ name, points }: Route) => [name, ...points.map(({ lat, lon, hae, name: of }) => [lat, lon, hae, of])];

const kml = (inside: string): string =>
  `<kml xmlns="http://www.opengis.net/kml/2.2"><Document>${inside}</Document></kml>`;
const line = (coordinates: string, name = 'Way') =>
  `<Placemark><name>${name}</name><LineString><coordinates>${coordinates}</coordinates></LineString></Placemark>`;
const gpx = (inside: string): string => `<?xml version="1.0"?><gpx version="1.1" creator="x">${inside}</gpx>`;

describe('a route is read from', () => {
  it.each<[string, string, unknown[]]>([
    ['a KML line', kml(line('8.5,47.3,400\n 8.6,47.4')), ['Way', [47.3, 8.5, 400, ''], [47.4, 8.6, undefined, '']]],
    [
      'a KML line and the points on it',
      kml(
        `${line('8,47 9,48')}<Placemark><name>End</name><Point><coordinates> 9,48,3 </coordinates></Point></Placemark>` +
          '<Placemark><name>aside</name><Point><coordinates>1,1</coordinates></Point></Placemark>',
      ),
      ['Way', [47, 8, undefined, ''], [48, 9, undefined, 'End']],
    ],
    [
      'KML points alone',
      kml(
        '<name>Tour</name>' +
          ['A', 'B']
            .map(
              (n, at) =>
                `<Placemark><name>${n}</name><Point><coordinates>${at},${at}</coordinates></Point></Placemark>`,
            )
            .join('<Placemark><Point><coordinates>rubbish</coordinates></Point></Placemark>'),
      ),
      ['Tour', [0, 0, undefined, 'A'], [1, 1, undefined, 'B']],
    ],
    [
      'a KML track of a recorder',
      kml(
        '<Placemark><gx:Track xmlns:gx="g"><when/><gx:coord>8 47 1</gx:coord><gx:coord>9 48 2</gx:coord></gx:Track></Placemark>',
      ),
      ['Route', [47, 8, 1, ''], [48, 9, 2, '']],
    ],
    [
      'a GPX route',
      gpx(
        '<rte><name>R &amp; B</name><rtept lat="1" lon="2"><ele>3</ele><name>Top</name></rtept><rtept lat="4" lon="5"/></rte>',
      ),
      ['R & B', [1, 2, 3, 'Top'], [4, 5, undefined, '']],
    ],
    [
      'a GPX track in segments',
      gpx(
        '<metadata><name>File</name></metadata><trk><trkseg><trkpt lat="1" lon="2"/></trkseg><trkseg><trkpt lat="3" lon="4"/></trkseg></trk><trk><name>other</name><trkpt lat="9" lon="9"/></trk>',
      ),
      ['File', [1, 2, undefined, ''], [3, 4, undefined, '']],
    ],
    [
      'GPX way points',
      gpx('<wpt lat="1" lon="2"><name>A</name></wpt><wpt lat="91" lon="2"/><wpt lat="3" lon="4"/>'),
      ['Route', [1, 2, undefined, 'A'], [3, 4, undefined, '']],
    ],
    [
      'a prefixed KML in folders',
      '<k:kml xmlns:k="http://www.opengis.net/kml/2.2"><k:Folder><k:name>Outer</k:name><k:Folder><k:Placemark><k:name>Deep</k:name><k:MultiGeometry><k:LineString><k:coordinates>1,2 3,4</k:coordinates></k:LineString><k:LineString><k:coordinates>5,6 7,8</k:coordinates></k:LineString></k:MultiGeometry></k:Placemark></k:Folder></k:Folder></k:kml>',
      ['Deep', [2, 1, undefined, ''], [4, 3, undefined, ''], [6, 5, undefined, ''], [8, 7, undefined, '']],
    ],
    [
      'KML with blanks behind commas',
      kml(line('8.5, 47.3, 400\n\t8.6 ,47.4')),
      ['Way', [47.3, 8.5, 400, ''], [47.4, 8.6, undefined, '']],
    ],
    [
      'a KML of several recordings',
      kml(
        '<Placemark><name>Day</name><gx:MultiTrack xmlns:gx="g"><gx:Track><gx:coord>8 47 1</gx:coord></gx:Track><gx:Track><gx:coord>9 48 2</gx:coord></gx:Track></gx:MultiTrack></Placemark>',
      ),
      ['Day', [47, 8, 1, ''], [48, 9, 2, '']],
    ],
    [
      'a GPX route that follows roads',
      gpx(
        '<rte><rtept lat="1" lon="1"><name>A</name><extensions><x:RoutePointExtension xmlns:x="g"><x:rpt lat="1.1" lon="1"/><x:rpt lat="1.2" lon="1"/></x:RoutePointExtension></extensions></rtept><rtept lat="2" lon="1"/></rte>',
      ),
      ['Route', [1, 1, undefined, 'A'], [1.1, 1, undefined, ''], [1.2, 1, undefined, ''], [2, 1, undefined, '']],
    ],
    [
      'a text with a mark of its encoding',
      `\uFEFF${gpx('<rte><rtept lat="1" lon="2"/><rtept lat="1" lon="3"/></rte>')}`,
      ['Route', [1, 2, undefined, ''], [1, 3, undefined, '']],
    ],
    [
      'a prefixed GPX',
      '<g:gpx xmlns:g="x"><g:rte><g:rtept lat="1" lon="2"/><g:rtept lat="1" lon="3"/></g:rte></g:gpx>',
      ['Route', [1, 2, undefined, ''], [1, 3, undefined, '']],
    ],
  ])('%s', (_, text, wanted) => {
    expect(short(routeIn(text))).toEqual(wanted);
  });

  it.each([
    ['UTF-16', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['Latin 1', (text: string) => Buffer.from(`<?xml version='1.0' encoding='ISO-8859-1'?>${text}`, 'latin1')],
  ])('a file in %s', (_, encode) => {
    const text = '<gpx><rte><name>Hütte</name><rtept lat="1" lon="2"/><rtept lat="1" lon="3"/></rte></gpx>';
    expect(routeIn(Uint8Array.from(encode(text))).name).toBe('Hütte');
  });

  it('a KMZ, also within a package, whatever else is in it', () => {
    const kmz = zipSync({ 'images/a.png': bytes('x'), 'doc.kml': bytes(kml(line('8,47 9,48'))) });
    for (const file of [kmz, zipSync({ 'a/': bytes(''), 'a\\b.kmz': kmz, 'MANIFEST\\manifest.xml': bytes('<x/>') })]) {
      expect(short(routeIn(file))).toEqual(['Way', [47, 8, undefined, ''], [48, 9, undefined, '']]);
    }
    expect(readRouteFile(zipSync({ 'a.kmz': zipSync({ 'b.kmz': kmz }) })).ok).toBe(false);
  });

  it('a file without a name, which has that of the file', () => {
    const text = gpx('<rte><rtept lat="1" lon="2"/><rtept lat="1" lon="3"/></rte>');
    expect(readRouteFile(bytes(text), 'ridge')).toMatchObject({ ok: true, route: { name: 'ridge' } });
  });

  it('the first line of several, and says how many it left', () => {
    expect(
      read(kml(line('1,1 2,2', 'A') + line('9,9', 'dot') + line('3,3 4,4', 'B') + line('5,5 6,6', 'C'))),
    ).toMatchObject({
      ok: true,
      route: { name: 'A' },
      otherLines: 2,
    });
  });

  it('our own packages in every layout, and our own KML', () => {
    const made = readRoute(routeEvent(manyPoints(9), '<strokeColor value="-16711936"/><strokeWeight value="4"/>'));
    if (!made.ok) throw new Error(made.detail);
    const { route } = made;
    const wanted = route.points.map((point) => ({ ...point, hae: point.hae ?? 0 }));
    for (const layout of packageLayouts) {
      const again = routeIn(buildDataPackage(route, layout).bytes);
      expect(again).toMatchObject({ name: route.name, points: wanted, argb: route.argb, width: 4 });
    }
    expect(routeIn(buildKml(route)).points).toEqual(wanted);
  });

  it.each(sdkFixtures('route').map(({ name, xml }) => [name, xml]))(
    'the event %s, alone and in a package',
    (_, xml) => {
      const alone = routeIn(xml);
      const packed = zipSync({
        'MANIFEST/manifest.xml': bytes('<x/>'),
        'a/a.cot': bytes(xml),
        'b.kml': bytes(kml('')),
      });
      expect(routeIn(packed)).toEqual(alone);
      expect(alone.points.length).toBeGreaterThan(1);
    },
  );

  it('a drawing', () => {
    const time = '2026-01-01T00:00:00.000Z';
    const drawing = `<event version="2.0" uid="d" type="u-d-f" how="h-e" time="${time}" start="${time}" stale="${time}"><point lat="0" lon="0" hae="0" ce="0" le="0"/><detail><link point="1,2"/><link point="3,4"/></detail></event>`;
    expect(routeIn(drawing)).toMatchObject({ uid: 'd', points: [{ lat: 1 }, { lat: 3 }] });
  });
});

describe('a file is refused', () => {
  it.each<[string, Uint8Array | string, RegExp]>([
    ['that is empty', '', /not XML|neither/],
    ['that is no text', new Uint8Array([0xff, 0xfe, 0]), /neither a zip nor text/],
    ['that is a page', '<html><body/></html>', /<html> is neither KML nor GPX/],
    ['in an encoding that nobody writes', '<?xml version="1.0" encoding="ebcdic"?><gpx/>', /neither a zip nor text/],
    ['that is cut off', kml(line('1,1 2,2')).slice(0, -20), /^not XML/],
    ['without a line', kml(''), /no line of at least two points/],
    ['of one point', kml(line('1,1')), /no line of at least two points/],
    ['of an unknown entity', kml(line('1,1 2,2', '&bomb;')), /^not XML/],
    ['nested too deep', `${'<a>'.repeat(100)}${'</a>'.repeat(100)}`, /nested too deep/],
    ['with too many points', kml(line('1,1 '.repeat(20_001))), /more than 20000 points/],
    ['that is a damaged zip', bytes('PK\u0003\u0004rubbish'), /a zip that is damaged|no .cot/],
    ['that is a package of pictures', zipSync({ 'a.png': bytes('x') }), /no .cot, .kml or .gpx/],
    ['that inflates to much', zipSync({ 'a.kml': new Uint8Array(5_000_000) }, { level: 9 }), /no .cot, .kml or .gpx/],
    ['that is too large', new Uint8Array(5_000_000).fill(0x20), /more than 4194304 bytes/],
    ['that is another event', routeText('a-f-G-U-C', ''), /a CoT event of a-f-G-U-C: 0 of 0 points/],
  ])('%s', (_, content, why) => {
    const result = typeof content === 'string' ? read(content) : readRouteFile(content);
    expect(result).toMatchObject({ ok: false, detail: expect.stringMatching(why) as string });
  });

  it('or read, whatever is in it', () => {
    const pieces = fc.constantFrom(
      '<kml>',
      '<LineString>',
      '<coordinates>',
      '1,2 3,4',
      '</',
      '>',
      '&',
      '<![CDATA[',
      'PK',
      '<gpx>',
      '<trkpt lat="1" lon="2">',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string())), (parts) => {
        expect(typeof read(parts.join('')).ok).toBe('boolean');
      }),
    );
  });
});

function routeText(type: string, detail: string): string {
  const time = '2026-01-01T00:00:00.000Z';
  return `<event version="2.0" uid="u" type="${type}" how="h-e" time="${time}" start="${time}" stale="${time}"><point lat="0" lon="0" hae="0" ce="0" le="0"/><detail>${detail}</detail></event>`;
}

describe('the event of a route', () => {
  const route = { ...routeIn(kml(line('8,47,400 8.1,47.1 8.2,47.2', 'A &amp; "B"'))), remarks: 'mind' };

  it('is one that strict receivers take, with what ATAK needs', () => {
    const xml = buildRouteEvent(route, Date.UTC(2026, 0, 1));
    expect(cotFaults(xml)).toEqual([]);
    const parsed = parseEventXml(xml);
    if (!parsed.ok) throw new Error(parsed.detail);
    expect(parsed.event).toMatchObject({
      uid: route.uid,
      type: 'b-m-r',
      callsign: 'A & "B"',
      lat: 47,
      lon: 8,
      hae: 400,
    });
    expect(xml.indexOf('<link ')).toBeLessThan(xml.indexOf('<link_attr'));
    expect(xml).toMatch(/<link_attr [^>]*color="-65536"[^>]*stroke="3"/);
    expect(xml).toMatch(/type="b-m-p-w".*type="b-m-p-c".*type="b-m-p-w"/);
    const again = readRoute(parsed.event);
    expect(again).toMatchObject({ ok: true, route: { name: route.name, points: route.points, remarks: 'mind' } });
  });

  it('has the same uid for the same file, and another one for another', () => {
    const other = routeIn(kml(line('8,47,400 8.1,47.1 8.2,47.3')));
    expect(routeIn(kml(line('8,47,400 8.1,47.1 8.2,47.2', 'A &amp; "B"'))).uid).toBe(route.uid);
    expect(other.uid).not.toBe(route.uid);
  });
});

describe('fewer points', () => {
  const of = (points: readonly (readonly [lat: number, lon: number, name?: string])[]): Route => ({
    ...routeIn(kml(line('1,1 2,2'))),
    points: points.map(([lat, lon, name = '']) => ({ lat, lon, hae: undefined, name })),
  });
  const lons = (route: Route): number[] => route.points.map(({ lon }) => lon);

  it('are the ends, what has a name, and the corners', () => {
    const route = of([
      [0, 0],
      [0, 1],
      [5, 2],
      [0, 3],
      [0.01, 4, 'ford'],
      [0, 5],
    ]);
    expect(lons(simplify(route, 4))).toEqual([0, 2, 4, 5]);
    expect(lons(simplify(route, 2))).toEqual([0, 5]);
    expect(simplify(route, 6)).toBe(route);
  });

  it('follow the line over the antimeridian', () => {
    const route = of([
      [0, 178],
      [0, 179],
      [0, -179],
      [1, -178],
      [0, -177],
    ]);
    expect(lons(simplify(route, 3))).toEqual([178, -178, -177]);
  });
});
