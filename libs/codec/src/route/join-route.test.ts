import { Dialect, Kind } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { treeOfEvent } from '../cot/event-tree.ts';
import { pointLinks } from '../cot/links.ts';
import { OPEN_ROUTES } from '../limits.ts';
import { decodeFrame, encodeEvent } from '../testing/raw-codec.ts';
import { sampleEvent, sampleFrame } from '../testing/samples.ts';
import { createRouteJoiner } from './join-route.ts';

const routeOf = (count: number, uid = 'R', shift = 0): CotEvent =>
  sampleEvent({
    uid,
    type: 'b-m-r',
    kind: Kind.ROUTE,
    lat: 47.1,
    lon: 8.2,
    detail:
      Array.from(
        { length: count },
        (_, at) =>
          `<link type="b-m-p-c" point="${(47.1 + shift + (at % 2) * 0.002).toFixed(7)},${(8.2 + at * 0.003).toFixed(7)}"/>`,
      ).join('') + '<contact callsign="Ridge"/><remarks>Mind the bull</remarks>',
  });

const partsOf = (event: CotEvent): readonly CotEvent[] => {
  const encoded = encodeEvent(event, Dialect.V2, 'raw');
  if (!encoded.ok) throw new Error(encoded.detail);
  return encoded.frames.map(({ payload }) => {
    const decoded = decodeFrame(sampleFrame({ port: 78, payload }));
    if (!decoded.ok) throw new Error(decoded.detail);
    return decoded.event;
  });
};

const MESH = { mesh: 'hills', sender: 1 };
const parts = partsOf(routeOf(40));
const [one, two, three, four] = parts;
if (one === undefined || two === undefined || three === undefined || four === undefined || parts.length !== 4)
  throw new Error('40 points take four packets');

const pointsOf = (event: CotEvent | undefined): number => (event ? pointLinks(treeOfEvent(event).detail).length : 0);
const joinAll = (events: readonly CotEvent[]) => {
  const joiner = createRouteJoiner();
  return events.map((event, at) => joiner.add({ ...MESH, event, nowMs: at }));
};

describe('parts of a route', () => {
  it('become one route, way points numbered anew', () => {
    const { event } = joinAll(parts).at(-1) ?? {};
    expect(event).toMatchObject({ uid: 'R', callsign: 'Ridge', kind: Kind.ROUTE, lat: 47.1, lon: 8.2 });
    expect(pointsOf(event)).toBe(40);
    expect([...(event?.detail ?? '').matchAll(/uid="([^"]*)"/g)].map(([, uid]) => uid)).toEqual(
      Array.from({ length: 40 }, (_, at) => `R-${at}`),
    );
    expect(event?.detail).toContain('<remarks>Mind the bull</remarks>');
  });

  it('say what is missing until they are all there', () => {
    const said = joinAll([three, one, three]).map((joined) => [joined?.came, joined?.event.callsign]);
    expect(said).toEqual([
      [[3], 'Ridge (part 3 of 4)'],
      [[1, 3], 'Ridge (parts 1, 3 of 4)'],
      [[1, 3], 'Ridge (parts 1, 3 of 4)'],
    ]);
    const last = joinAll([three, one]).at(-1)?.event;
    expect(last?.detail).toContain('Mind the bull&#10;Parts 2, 4 of 4 did not come over the mesh.');
    expect(pointsOf(last)).toBe(pointsOf(one) + pointsOf(three));
  });

  it('make the same whole in any order, however often they come', () => {
    const whole = joinAll(parts).at(-1);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 8 }), (extra) => {
        const order = [...extra, 3, 1, 0, 2].map((at) => parts[at] ?? one);
        const joined = joinAll(order).at(-1);
        expect(joined?.event.detail).toBe(whole?.event.detail);
        expect(joined).toMatchObject({ came: [1, 2, 3, 4], of: 4 });
      }),
      { numRuns: 20 },
    );
  });

  it('of another version, sender, mesh or route are of another route', () => {
    const joiner = createRouteJoiner();
    joiner.add({ ...MESH, event: one, nowMs: 0 });
    const [, changed = two] = partsOf(routeOf(40, 'R', 0.01));
    const [, other = two] = partsOf(routeOf(40, 'S'));
    expect(joiner.add({ ...MESH, event: changed, nowMs: 1 })?.came).toEqual([2]);
    expect(joiner.add({ ...MESH, event: other, nowMs: 1 })?.came).toEqual([2]);
    expect(joiner.add({ ...MESH, sender: 2, event: two, nowMs: 1 })?.came).toEqual([2]);
    expect(joiner.add({ ...MESH, mesh: 'valley', event: two, nowMs: 1 })?.came).toEqual([2]);
    expect(joiner.add({ ...MESH, event: two, nowMs: 1 })?.came).toEqual([1, 2]);
  });

  it('are forgotten when the others do not come for long', () => {
    const joiner = createRouteJoiner();
    joiner.add({ ...MESH, event: one, nowMs: 0 });
    joiner.add({ ...MESH, event: two, nowMs: OPEN_ROUTES.lifeMs - 1 });
    expect(joiner.add({ ...MESH, event: three, nowMs: 2 * OPEN_ROUTES.lifeMs - 2 })?.came).toEqual([1, 2, 3]);
    expect(joiner.add({ ...MESH, event: four, nowMs: 4 * OPEN_ROUTES.lifeMs })?.came).toEqual([4]);
  });

  it('of a sender that floods cost nobody else theirs', () => {
    const joiner = createRouteJoiner();
    joiner.add({ ...MESH, event: one, nowMs: 0 });
    const [flood = one] = partsOf(routeOf(40, 'F'));
    for (let at = 0; at < 2 * OPEN_ROUTES.perSender; at += 1) {
      joiner.add({ ...MESH, sender: 2, event: { ...flood, uid: `F${at}~1` }, nowMs: 1 });
    }
    expect(joiner.add({ ...MESH, event: two, nowMs: 2 })?.came).toEqual([1, 2]);
    const again = joiner.add({ ...MESH, sender: 2, event: { ...flood, uid: 'F0~1' }, nowMs: 3 });
    expect(again?.came).toEqual([1]);
  });

  it.each([
    ['no route', { ...one, type: 'u-d-f' }],
    ['a route without a mark', routeOf(3)],
    ['another end of the uid', { ...one, uid: 'R~2' }],
    ['nothing before it', { ...one, uid: '~1' }],
    ['a part beyond the last', { ...one, detail: one.detail.replace(/(~[0-9a-f]{6})14/, '$154'), uid: 'R~5' }],
    ['a part of one', { ...one, detail: one.detail.replace(/(~[0-9a-f]{6})14/, '$111') }],
  ])('are no parts: %s', (_, event) => {
    expect(createRouteJoiner().add({ ...MESH, event, nowMs: 0 })).toBeUndefined();
  });

  it('with hostile names and marks make nothing but text', () => {
    const event = {
      ...one,
      uid: '../../<x>&"~1',
      callsign: '<b>1/4',
      detail: one.detail.replaceAll('Ridge', '&lt;b&gt;&quot;'),
    };
    const joined = createRouteJoiner().add({ ...MESH, event, nowMs: 0 });
    expect(joined?.event.uid).toBe('../../<x>&"');
    expect(joined?.event.detail).toContain('uid="../../&lt;x&gt;&amp;&quot;-0"');
  });
});
