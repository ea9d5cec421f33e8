import { Kind } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { MAX_POINTS, MAX_UNITS } from './bounds.ts';
import { createState } from './state.ts';
import { NOON, sampleHeard, sampleResult } from './testing/sample-bus.ts';

const watch = () => createState({ name: 'console', startedMs: NOON });

describe('units', () => {
  it('shows the last event of a uid, and when it becomes stale', () => {
    const state = watch();
    state.result(sampleResult({ lat: 10 }, 2000), NOON);
    state.result(sampleResult({ lat: 11 }, 1000), NOON);
    expect(state.view(NOON + 60_000).units).toEqual([
      {
        key: 'MESHTASTIC-1234ABCD',
        uid: 'MESHTASTIC-1234ABCD',
        callsign: 'A1 - Alpha One',
        kind: 'pli',
        type: 'a-f-G-U-C',
        team: 'Green',
        role: '',
        from: 'mesh',
        over: 'county',
        node: '!1234abcd',
        lat: 11,
        lon: -0.12,
        outline: null,
        heardMs: NOON - 1000,
        staleMs: NOON + 59_000,
      },
    ]);
  });

  it('is not moved back by an older event that comes late', () => {
    const state = watch();
    state.result(sampleResult({ lat: 11 }, 1000), NOON);
    state.result(sampleResult({ lat: 10 }, 5000), NOON);
    expect(state.view(NOON).units[0]?.lat).toBe(11);
  });

  it.each([
    ['0, 0', 0, 0],
    ['no number', Number.NaN, 5],
    ['beyond the pole', 91, 5],
    ['beyond the date line', 5, Infinity],
  ])('has no position at %s', (_what, lat, lon) => {
    const state = watch();
    state.result(sampleResult({ lat, lon }), NOON);
    expect(state.view(NOON).units[0]).toMatchObject({ lat: null, lon: null });
  });

  it('leaves out what is not on a map, and removes what a delete names', () => {
    const state = watch();
    state.result(sampleResult({ kind: Kind.CHAT, uid: 'GeoChat.1' }), NOON);
    state.result(sampleResult({ kind: Kind.MARKER, uid: 'spot-1' }), NOON);
    state.result(sampleResult({ kind: Kind.MARKER, uid: 'spot-2' }), NOON);
    state.result(sampleResult({ kind: Kind.DELETE, uid: 'x', detail: '<link relation="p-p" uid="spot-1"/>' }), NOON);
    expect(state.view(NOON).units.map(({ uid }) => uid)).toEqual(['spot-2']);
  });

  it('keeps a bounded number of them', () => {
    const state = watch();
    for (let index = 0; index < MAX_UNITS + 20; index += 1) state.result(sampleResult({ uid: `u${index}` }), NOON);
    expect(state.view(NOON).units).toHaveLength(MAX_UNITS);
  });

  it('shows people in TAK as well, by how long their report holds and not by their clock', () => {
    const state = watch();
    const wrongMs = NOON - 7_200_000;
    const event = { uid: 'ANDROID-1', callsign: 'RAVEN', timeMs: wrongMs, staleMs: wrongMs + 75_000 };
    state.fromTak(sampleHeard(event, 500), NOON);
    expect(state.view(NOON).units).toEqual([
      expect.objectContaining({
        callsign: 'RAVEN',
        from: 'tak',
        over: 'phones',
        node: '',
        heardMs: NOON - 500,
        staleMs: NOON + 74_500,
      }),
    ]);
  });

  it.each([
    ['a ping', { type: 't-x-c-t', kind: Kind.RAW, uid: 'ping' }],
    ['a chat', { type: 'b-t-f', kind: Kind.CHAT, uid: 'GeoChat.1' }],
    ['nobody', { uid: '' }],
    ['a uid that is none', { uid: 'u'.repeat(300) }],
  ])('takes %s from TAK for none', (_what, event) => {
    const state = watch();
    state.fromTak(sampleHeard(event), NOON);
    expect(state.view(NOON).units).toEqual([]);
  });

  it('forgets what has been stale for a day', () => {
    const state = watch();
    state.result(sampleResult({ staleAfterMs: 1000 }), NOON);
    const dayMs = 24 * 3_600_000;
    expect(state.view(NOON + dayMs).units).toHaveLength(1);
    expect(state.view(NOON + dayMs + 61_000).units).toEqual([]);
  });
});

describe('what a unit draws', () => {
  const outline = (event: Parameters<typeof sampleResult>[0]) => {
    const state = watch();
    state.result(sampleResult({ uid: 'drawing', ...event }), NOON);
    return state.view(NOON).units[0]?.outline;
  };
  const corners = '<link point="1,1"/><link point="1,2,30"/><link point="2,2"/>';

  it('is a closed line where it comes back to its beginning, in its colour', () => {
    expect(
      outline({
        kind: Kind.SHAPE,
        type: 'u-d-f',
        detail: `${corners}<link point="1,1"/><strokeColor value="-65536"/>`,
      }),
    ).toEqual({
      points: [
        [1, 1],
        [1, 2],
        [2, 2],
        [1, 1],
      ],
      closed: true,
      colour: '#ff0000',
    });
  });

  it.each([
    ['a free line', Kind.SHAPE, 'u-d-f', false],
    ['a rectangle', Kind.SHAPE, 'u-d-r', true],
    ['a route', Kind.ROUTE, 'b-m-r', false],
  ])('is open or closed as %s is', (_what, kind, type, closed) => {
    expect(outline({ kind, type, detail: corners })).toMatchObject({ closed, colour: '' });
  });

  it('is a circle around its place', () => {
    const detail =
      '<shape><ellipse major="111320" minor="111320" angle="360"/></shape><strokeColor value="4278255360"/>';
    const round = outline({ kind: Kind.SHAPE, type: 'u-d-c-c', lat: 10, lon: 20, detail });
    expect(round).toMatchObject({ closed: true, colour: '#00ff00' });
    for (const [lat, lon] of round?.points ?? []) {
      expect(Math.hypot(lat - 10, (lon - 20) * Math.cos((10 * Math.PI) / 180))).toBeCloseTo(1, 5);
    }
  });

  it('is a line by range and bearing', () => {
    const detail = '<range value="111320"/><bearing value="90"/>';
    const line = outline({ kind: Kind.RAB, type: 'u-rb-a', lat: 0, lon: 20, detail });
    expect(line?.points[1]?.[0]).toBeCloseTo(0);
    expect(line?.points[1]?.[1]).toBeCloseTo(21);
  });

  it.each([
    ['without corners', ''],
    ['with one corner', '<link point="1,1"/>'],
    ['with corners that are none', '<link point="a,b"/><link point="100,1"/><link point=""/>'],
    ['with a circle as large as the earth', '<shape><ellipse major="9e9" minor="9e9"/></shape>'],
    ['with a detail that is no XML', '<link point="1,1"'],
  ])('is nothing %s', (_what, detail) => {
    expect(outline({ kind: Kind.SHAPE, type: 'u-d-f', detail })).toBeNull();
  });

  it('has a bounded number of corners, the last one among them', () => {
    const points = Array.from({ length: 500 }, (_, index) => `<link point="${index / 100},5"/>`).join('');
    const drawn = outline({ kind: Kind.ROUTE, type: 'b-m-r', detail: points })?.points ?? [];
    expect(drawn).toHaveLength(MAX_POINTS);
    expect(drawn[0]).toEqual([0, 5]);
    expect(drawn.at(-1)).toEqual([4.99, 5]);
  });
});
