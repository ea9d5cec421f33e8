import { Dialect, Kind } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import { findDictionaries, INSTALL_FOLDER, openZstd, usableDictionaries } from '@cotbus/zstd';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attribute } from '../cot/element.ts';
import { treeOfEvent } from '../cot/event-tree.ts';
import { pointLinks } from '../cot/links.ts';
import { escapeXml } from '../cot/element.ts';
import { parseEventXml } from '../cot/parse-event.ts';
import { createFrameDecoder } from '../decode-frame.ts';
import { createEventEncoder } from '../encode-event.ts';
import { createV2Wire } from '../frame/v2-frame.ts';
import { sampleEvent, sampleFrame } from '../testing/samples.ts';
import { createRouteJoiner } from './join-route.ts';
import type { RouteSplitting } from './split-route.ts';
import { lineLoss } from './telling-places.ts';

const wire = createV2Wire({ zstd: openZstd(), dictionaries: usableDictionaries(findDictionaries(INSTALL_FOLDER)) });
const decode = createFrameDecoder({ wire });
const forms = (['raw', 'c'] as const).filter((form) => wire.can(form));

type Point = readonly [lat: number, lon: number, name?: string];

const SENDER = 0x2001;

const routeOf = (points: readonly Point[], uid = 'R', name = 'Ridge', more = ''): CotEvent =>
  sampleEvent({
    uid,
    type: 'b-m-r',
    kind: Kind.ROUTE,
    lat: points[0]?.[0] ?? 0,
    lon: points[0]?.[1] ?? 0,
    staleMs: 0,
    staleAfterMs: 900_000,
    callsign: name,
    detail:
      points
        .map(([lat, lon, called = '']) => {
          const type = called === '' ? 'b-m-p-c' : 'b-m-p-w';
          return `<link uid="${uid}-x" type="${type}" callsign="${escapeXml(called)}" point="${lat},${lon}" relation="c"/>`;
        })
        .join('') + `<contact callsign="${escapeXml(name)}"/>${more}`,
  });

const encode = (event: CotEvent, form: 'raw' | 'c' | 'a' = 'raw', splitting?: RouteSplitting) => {
  const encoder = createEventEncoder({ wire, transferId: () => 1, ...(splitting && { splitting }) });
  const encoded = encoder(event, { dialect: Dialect.V2, form });
  if (!encoded.ok) throw new Error(`${encoded.reason}: ${encoded.detail}`);
  for (const { payload } of encoded.frames) expect(payload.length).toBeLessThanOrEqual(225);
  return encoded;
};

/** What a receiver without our joining sees. */
const heardOf = (frames: readonly { readonly payload: Uint8Array }[]): readonly CotEvent[] =>
  frames.map(({ payload }) => {
    const decoded = decode(sampleFrame({ port: 78, from: SENDER, payload }));
    if (!decoded.ok) throw new Error(`${decoded.reason}: ${decoded.detail}`);
    return decoded.event;
  });

const join = (events: readonly CotEvent[]) => {
  const joiner = createRouteJoiner();
  return events.map((event, at) => joiner.add({ event, mesh: 'hills', sender: SENDER, nowMs: at }));
};

const placesOf = (event: CotEvent) =>
  pointLinks(treeOfEvent(event).detail).map(({ lat, lon, link }) => [lat, lon, attribute(link, 'callsign')]);

const at7 = (value: number): number => Number(value.toFixed(7));
const asSent = (points: readonly Point[]) => points.map(([lat, lon, name = '']) => [at7(lat), at7(lon), name]);

/** A way that turns at each point, by some hundred metres. */
const zigzag = (count: number, name: (at: number) => string = () => ''): readonly Point[] =>
  Array.from({ length: count }, (_, at): Point => [at7(47.1 + (at % 2) * 0.002), at7(8.2 + at * 0.003), name(at)]);
/** A straight way of 100 m steps, which wavers by some metres. */
const street = (count: number): readonly Point[] =>
  Array.from({ length: count }, (_, at): Point => [at7(47.1 + (at % 2) * 0.00002), at7(8.2 + at * 0.0013)]);

describe.each(forms)('a long route in form %s', (form) => {
  it.each([
    ['3 points', zigzag(3), false],
    ['12 points that turn', zigzag(12), false],
    ['17 points that turn', zigzag(17), true],
    ['40 points that turn', zigzag(40), true],
    ['17 points with names', zigzag(17, (at) => `CP ${at}`), true],
    [
      'over the antimeridian',
      zigzag(24).map(([lat, lon]): Point => [lat, at7(((lon - 8.2 + 179.97 + 180) % 360) - 180)]),
      true,
    ],
    [
      'over the north pole',
      Array.from({ length: 24 }, (_, at): Point => [at7(89.9 - 0.001 * at), ((at * 50) % 360) - 180]),
      true,
    ],
    ['with places twice', zigzag(20).flatMap((point): Point[] => [point, point]), true],
    [
      'around the world',
      Array.from({ length: 24 }, (_, at): Point => [at % 2 === 0 ? 60 : -60, ((at * 77) % 360) - 180]),
      true,
    ],
  ] as const)('of %s comes back as one, exact to 1e-7 degrees', (_, points, isSplit) => {
    const { frames, stripped } = encode(routeOf(points), form);
    expect(frames.length > 1).toBe(isSplit);
    const heard = heardOf(frames);
    const last = frames.length === 1 ? heard[0] : join(heard).at(-1)?.event;
    if (last === undefined) throw new Error('nothing');
    expect(last).toMatchObject({ uid: 'R', callsign: 'Ridge', type: 'b-m-r', kind: Kind.ROUTE, staleAfterMs: 900_000 });
    const came = placesOf(last);
    const wanted = asSent(points);
    const kept: number[] = [];
    for (const place of came) {
      const next = wanted.findIndex((point, at) => at > (kept.at(-1) ?? -1) && String(point) === String(place));
      expect(next, `${String(place)} in order`).toBeGreaterThanOrEqual(0);
      kept.push(next);
    }
    expect(
      lineLoss(
        points.map(([lat, lon]) => ({ lat, lon })),
        kept,
      ),
    ).toBeLessThanOrEqual(10);
    const reduced = /^way points reduced from \d+ to \d+, the line at most \d+ m off$/;
    expect(stripped.some((text) => reduced.test(text))).toBe(came.length < points.length);
  });

  it('stays one packet where few points say the same line, and says what that costs', () => {
    const { frames, stripped } = encode(routeOf(street(200)), form);
    expect(frames).toHaveLength(1);
    expect(stripped.at(-1)).toMatch(/^way points reduced from 200 to \d+, the line at most [1-3] m off$/);
    expect(heardOf(frames)[0]).toMatchObject({ uid: 'R', callsign: 'Ridge' });
    expect(heardOf(frames)[0]?.detail).toContain('Not every point is here');
  });

  it('of 200 turns fills as many packets as may be, and says how far off that is', () => {
    const { frames, stripped } = encode(routeOf(zigzag(200)), form);
    expect(frames).toHaveLength(4);
    expect(stripped.at(-1)).toMatch(/^way points reduced from 200 to [3-6]\d, the line at most 2\d\d m off$/);
    const joined = join(heardOf(frames)).at(-1);
    expect(joined).toMatchObject({ came: [1, 2, 3, 4], of: 4, event: { uid: 'R', callsign: 'Ridge' } });
  });

  it('of 200 names keeps the names of the points it keeps, where the line bears that', () => {
    const named = street(200).map(([lat, lon], at): Point => [lat, lon, `CP ${at}`]);
    const { frames, stripped } = encode(routeOf(named), form);
    expect(frames).toHaveLength(4);
    expect(stripped.at(-2)).toMatch(/^1\d\d of 200 names of way points$/);
    const [first] = heardOf(frames);
    expect(first && placesOf(first)[0]).toEqual([47.1, 8.2, 'CP 0']);
  });
});

describe('the packets of a long route', () => {
  const long = routeOf(zigzag(40), 'uid-1', 'Ridge', '<remarks>Mind the bull</remarks>');

  it('are routes with names of their own for other receivers, without a gap between them', () => {
    const heard = heardOf(encode(long).frames);
    const of = heard.length;
    expect(of).toBeGreaterThan(2);
    expect(heard.map(({ uid }) => uid)).toEqual(heard.map((_, at) => `uid-1~${at + 1}`));
    expect(heard.map(({ callsign }) => callsign)).toEqual(heard.map((_, at) => `Ridge ${at + 1}/${of}`));
    for (const [at, { lat, lon }] of heard.slice(1).entries()) {
      const before = heard[at];
      expect([lat, lon]).toEqual(before && placesOf(before).at(-1)?.slice(0, 2));
    }
    expect(heard.map(({ detail }) => detail.includes('Mind the bull'))).toEqual(heard.map((_, at) => at === 0));
  });

  it('are the same whenever it is sent, so that they replace themselves', () => {
    expect(encode(long).frames).toEqual(encode(long).frames);
  });

  it('are no more than may be', () => {
    for (const maxPackets of [1, 2, 3, 9]) {
      const { frames, stripped } = encode(long, 'raw', { maxPackets, lossMeters: 5 });
      expect(frames.length).toBeLessThanOrEqual(maxPackets);
      expect(stripped.some((text) => text.includes('reduced from 40'))).toBe(frames.length < 4);
    }
  });

  it('keep the mark when they are sent on', () => {
    const [first] = heardOf(encode(long).frames);
    const again = heardOf(encode(first ?? long).frames);
    expect(again).toHaveLength(1);
    expect(join(again)[0]).toMatchObject({ part: 1, event: { uid: 'uid-1' } });
  });

  it('give up names only when nothing else helps', () => {
    const named = zigzag(60).map(([lat, lon], at): Point => [lat, lon, `Checkpoint ${at}`]);
    expect(encode(routeOf(named)).stripped).toContain('names of way points');
  });

  it('hold what one packet has no room for: names of few points', () => {
    const named = zigzag(12, (at) => `Hütte "${at}" & <Alm>`);
    const { frames, stripped } = encode(routeOf(named));
    expect(frames.length).toBeGreaterThan(1);
    expect(stripped.join()).not.toMatch(/reduced|names of way points$/);
    expect(placesOf(join(heardOf(frames)).at(-1)?.event ?? long)).toHaveLength(12);
  });

  it('are read from XML in both quote styles', () => {
    const xml = `<event version='2.0' uid='Q' type='b-m-r' how='h-e' time='2026-03-15T14:22:10Z' start='2026-03-15T14:22:10Z' stale='2026-03-15T14:52:10Z'><point lat='0' lon='0' hae='9999999.0' ce='9999999.0' le='9999999.0'/><detail>${zigzag(
      40,
    )
      .map(([lat, lon]) => `<link type='b-m-p-c' point='${lat},${lon}'/>`)
      .join('')}<contact callsign='A &amp; "B"'/></detail></event>`;
    const parsed = parseEventXml(xml);
    if (!parsed.ok) throw new Error(parsed.detail);
    const heard = heardOf(encode(parsed.event).frames);
    expect(heard[1]?.callsign).toMatch(/^A & "B" 2\/\d$/);
    expect(join(heard).at(-1)?.event).toMatchObject({ uid: 'Q', callsign: 'A & "B"', lat: 47.1, lon: 8.2 });
  });

  it('are none of a route without a place that fits when it is told from its start', () => {
    const event = { ...routeOf(zigzag(12)), lat: 0, lon: 0 };
    expect(encode(event).frames).toHaveLength(1);
  });

  it('fit, of any route, and come back in order', () => {
    const anyPoint = fc.tuple(
      fc.double({ min: -90, max: 90, noNaN: true }),
      fc.double({ min: -180, max: 180, noNaN: true }),
      fc.oneof(fc.constant(''), fc.string({ unit: 'grapheme', maxLength: 20 })),
    );
    const anyRoute = fc.tuple(fc.array(anyPoint, { minLength: 17, maxLength: 50 }), fc.string({ maxLength: 60 }));
    fc.assert(
      fc.property(anyRoute, ([points, name]) => {
        const { frames } = encode(routeOf(points, 'R', name));
        const heard = heardOf(frames);
        const joined = frames.length === 1 ? heard[0] : join(heard).at(-1)?.event;
        expect(joined?.uid).toBe('R');
        expect(joined?.callsign.startsWith('Route (')).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  it('fail with a uid that leaves no room, as any packet', () => {
    const encoder = createEventEncoder({ wire, transferId: () => 1 });
    const event = routeOf(zigzag(40), 'u'.repeat(230));
    expect(encoder(event, { dialect: Dialect.V2, form: 'raw' })).toMatchObject({ ok: false, reason: 'too_large' });
  });
});
