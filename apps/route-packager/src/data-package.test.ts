import { nodeAt, readXml } from '@cotbus/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildDataPackage, packageLayouts } from './data-package.ts';
import { fileNameOfUid } from './file-name.ts';
import { buildKml } from './kml.ts';
import { readRoute } from './route.ts';
import type { Route } from './route.ts';
import { readKml, schemaFaults, unzip } from './testing/read-package.ts';
import { manyPoints, routeEvent } from './testing/sample-routes.ts';
import type { SamplePoint } from './testing/sample-routes.ts';

const routeOf = (points: readonly SamplePoint[], rest = '', uid = 'route-1'): Route => {
  const read = readRoute(routeEvent(points, rest, { uid }));
  if (!read.ok) throw new Error(read.detail);
  return read.route;
};
const sample = routeOf(
  manyPoints(5),
  '<link_attr method="Walking" direction="Infil" prefix="CP"/><strokeColor value="-16711936"/>' +
    '<strokeWeight value="4.5"/><remarks>A &amp; B</remarks>',
);

const HOSTILE = [
  '../../etc/passwd',
  '..\\..\\windows',
  '/absolute',
  'C:\\x',
  'a\u0000b',
  'line\nbreak',
  '"quoted" \'and\' <tagged> & more',
  '\u202egpj.exe',
  '🚶🏔️',
  'مسار',
  '.',
  '..',
  '...',
  '.hidden.',
  'CON',
  'aux.zip',
  '-rf',
  ' ',
  'x'.repeat(10_000),
  '\ud800',
  '%2e%2e%2f',
  '$(reboot)`id`;',
];

describe('the KML of a route', () => {
  it('has its line in order, longitude first, and its named way points', () => {
    const kml = readKml(buildKml(sample));
    const { name, color, width, description, line, wayPoints } = kml;
    expect({ name, color, width }).toEqual({ name: 'North ridge', color: 'ff00ff00', width: '4.5' });
    expect(description).toBe('Method: Walking\nDirection: Infil\nPrefix: CP\nPoints: 5\nA & B');
    expect(line).toEqual(manyPoints(5).map(({ lat, lon, hae = 0 }) => [lon, lat, hae]));
    expect(wayPoints).toEqual([
      ['CP 0', 8.7654321, 47.1234567, 400],
      ['CP 3', 8.7583953, 47.1271602, 0],
    ]);
  });

  it('has at least seven decimals of every coordinate, and no exponent', () => {
    const small = buildKml(
      routeOf([
        { lat: 1e-7, lon: -1e-7 },
        { lat: -1e-12, lon: 12 },
        { lat: '1.123456789', lon: 0 },
      ]),
    );
    expect(small).toContain('\n-0.0000001,0.0000001,0\n12.0000000,0.0000000,0\n0.0000000,1.123456789,0\n');
  });

  const shapes: readonly (readonly [string, readonly SamplePoint[]])[] = [
    ['3 points', manyPoints(3)],
    ['16 points', manyPoints(16)],
    ['17 points', manyPoints(17)],
    ['200 points', manyPoints(200)],
    [
      'the antimeridian',
      [
        { lat: 1, lon: 179.9999999 },
        { lat: 1, lon: -179.9999999 },
      ],
    ],
    [
      'the poles',
      [
        { lat: 90, lon: 0 },
        { lat: -90, lon: 180 },
      ],
    ],
    [
      'duplicate points',
      [
        { lat: 1, lon: 1 },
        { lat: 1, lon: 1 },
        { lat: 1, lon: 1 },
      ],
    ],
    [
      'a name that means something in XML',
      [
        { lat: 1, lon: 1, name: '<b>&"\'' },
        { lat: 2, lon: 2, name: ']]>' },
      ],
    ],
  ];

  it('follows the schema, whatever the route', () => {
    const routes = [
      ...shapes.map(([, points]) => routeOf(points)),
      ...HOSTILE.map((uid) => ({ ...sample, uid, name: uid })),
    ];
    expect(schemaFaults(routes.map(buildKml))).toBe('');
  });

  it.each(shapes)('reads back equal with %s', (_, points) => {
    const kml = buildKml(routeOf(points));
    expect(readKml(kml).line).toEqual(points.map(({ lat, lon, hae = 0 }) => [lon, lat, hae]));
    const named = points.filter(({ name = '', control = false }) => name !== '' && !control);
    expect(readKml(kml).wayPoints.map(([name]) => name)).toEqual(named.map(({ name }) => name));
  });

  it('is well-formed and exact whatever the route says', () => {
    const text = fc.string({ unit: 'binary', maxLength: 30 });
    const degrees = (most: number) => fc.integer({ min: -most * 1e7, max: most * 1e7 }).map((i) => i / 1e7);
    const points = fc.array(
      fc.record({ lat: degrees(90), lon: degrees(180), hae: fc.constant(undefined), name: text }),
      {
        minLength: 2,
        maxLength: 20,
      },
    );
    const rest = { argb: fc.nat(0xffffffff), width: fc.constant(3), method: text, direction: text, prefix: text };
    fc.assert(
      fc.property(fc.record({ uid: text, name: text, points, remarks: text, ...rest }), (route) => {
        const read = readKml(buildKml(route));
        expect(read.line).toEqual(route.points.map(({ lat, lon }) => [lon + 0, lat + 0, 0]));
        expect(read.color).toMatch(/^[0-9a-f]{8}$/);
      }),
      { numRuns: 40 },
    );
  });
});

describe('the package of a route', () => {
  it.each([
    ['plain', 'manifest.xml'],
    ['itak', 'manifest.xml'],
    ['atak', 'MANIFEST/manifest.xml'],
  ] as const)('in the layout %s has its manifest at %s', (layout, place) => {
    const files = unzip(buildDataPackage(sample, layout).bytes);
    expect([...files.keys()]).toEqual(['route-1.kml', place]);
    const manifest = readXml(files.get(place) ?? '');
    expect([manifest.name, manifest.attributes['version']]).toEqual(['MissionPackageManifest', '2']);
    const parameters = nodeAt(manifest, 'Configuration')?.children.map(({ attributes }) => [
      attributes['name'],
      attributes['value'],
    ]);
    expect(parameters).toContainEqual(['uid', 'Meshtastic Route.route-1']);
    expect(parameters).toContainEqual(['name', 'North ridge']);
    expect(parameters).toContainEqual(['onReceiveDelete', 'true']);
    expect(nodeAt(manifest, 'Contents/Content')?.attributes).toEqual({ ignore: 'false', zipEntry: 'route-1.kml' });
    expect(files.get('route-1.kml')).toBe(buildKml(sample));
  });

  it('has the same bytes in every time zone', () => {
    const before = process.env['TZ'];
    const hashes = ['UTC', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Apia', 'Africa/Monrovia'].map((zone) => {
      process.env['TZ'] = zone;
      return buildDataPackage(sample, 'atak').hash;
    });
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
    expect(new Set(hashes).size).toBe(1);
  });

  it.each(HOSTILE.map((uid) => [JSON.stringify(uid).slice(0, 40), uid]))('is safe for the uid %s', (_, uid) => {
    for (const layout of packageLayouts) {
      const { fileName, bytes } = buildDataPackage({ ...sample, uid, name: uid }, layout);
      expect(fileName).toMatch(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,120}\.zip$/);
      expect(fileName).not.toContain('..');
      const files = unzip(bytes);
      const [kml, manifest] = [...files.keys()];
      expect(kml).toBe(`${fileName.slice(0, -4)}.kml`);
      expect(files.get(kml ?? '')).toBe(buildKml({ ...sample, uid, name: uid }));
      expect(() => readXml(files.get(manifest ?? '') ?? '')).not.toThrow();
    }
  });

  it('never has the file name of another uid', () => {
    const names = HOSTILE.map(fileNameOfUid);
    expect(new Set(names).size).toBe(names.length);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
        expect(one === other || fileNameOfUid(one) !== fileNameOfUid(other)).toBe(true);
      }),
    );
  });

  it('keeps a uid that is a file name as it is', () => {
    for (const uid of ['route-1', 'A1B2C3D4-0000-4000-8000-1234567890AB', 'ANDROID-1.route_2']) {
      expect(fileNameOfUid(uid)).toBe(uid);
    }
  });
});
