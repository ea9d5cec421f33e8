import { Kind } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { MAX_ALARMS } from './bounds.ts';
import { createState } from './state.ts';
import type { StateOptions } from './state.ts';
import { NOON, sampleHeard, sampleResult } from './testing/sample-bus.ts';

const emergency = { uid: 'ANDROID-1-9-1-1', type: 'b-a-o-tbl', kind: Kind.EMERGENCY, callsign: 'RAVEN' };
const watch = (options: Partial<StateOptions> = {}) => createState({ name: 'console', startedMs: NOON, ...options });
const onlyAlarm = (state: ReturnType<typeof watch>) => {
  const [alarm, ...others] = state.alarms;
  if (alarm === undefined || others.length > 0) throw new Error(`${state.alarms.length} alarms`);
  return alarm;
};

describe('alarms', () => {
  it.each([
    ['b-a-o-tbl', '', '911 Alert'],
    ['b-a-o-pan', '', 'Ring The Bell'],
    ['b-a-o-opn', '', 'In Contact'],
    ['b-a-g', '', 'Geo-fence Breached'],
    ['a-f-G-U-C', '<emergency type="Man down">RAVEN</emergency>', 'Man down'],
    ['a-f-G-U-C', '<emergency/>', 'Emergency'],
  ])('are raised by %s %s', (type, detail, what) => {
    const state = watch();
    state.result(sampleResult({ ...emergency, type, detail }, 1000), NOON);
    expect(onlyAlarm(state)).toMatchObject({
      what,
      callsign: 'RAVEN',
      from: 'mesh',
      over: 'county',
      node: '!1234abcd',
      lat: 51.5,
      firstMs: NOON - 1000,
      times: 1,
      acknowledged: null,
      cancelledMs: null,
    });
  });

  it('are raised by a casualty, and from TAK as well', () => {
    const state = watch();
    state.fromTak(sampleHeard({ uid: 'medevac', type: 'b-r-f-h-c', kind: Kind.CASEVAC }), NOON);
    expect(onlyAlarm(state)).toMatchObject({ what: 'CASEVAC', from: 'tak', over: 'phones', node: '' });
  });

  it('take the name out of the emergency where the event has none', () => {
    const state = watch();
    state.result(sampleResult({ ...emergency, callsign: '', detail: '<emergency>RAVEN</emergency>' }), NOON);
    expect(onlyAlarm(state).callsign).toBe('RAVEN');
  });

  it('are acknowledged by one person, once', () => {
    const state = watch();
    state.result(sampleResult(emergency), NOON);
    expect(state.acknowledge('ANDROID-1-9-1-1', 'Anna', NOON + 5000)).toBeDefined();
    expect(state.acknowledge('ANDROID-1-9-1-1', 'Ben', NOON + 6000)).toBeUndefined();
    expect(state.acknowledge('another', 'Ben', NOON + 6000)).toBeUndefined();
    expect(onlyAlarm(state).acknowledged).toEqual({ by: 'Anna', atMs: NOON + 5000 });
  });

  it('stay acknowledged while the same call is repeated', () => {
    const state = watch();
    state.result(sampleResult({ ...emergency, staleAfterMs: 60_000 }), NOON);
    state.acknowledge('ANDROID-1-9-1-1', 'Anna', NOON);
    state.result(sampleResult({ ...emergency, staleAfterMs: 60_000, lat: 52 }), NOON + 30_000);
    expect(onlyAlarm(state)).toMatchObject({
      times: 2,
      lat: 52,
      firstMs: NOON,
      lastMs: NOON + 30_000,
      acknowledged: { by: 'Anna' },
    });
  });

  it.each([
    ['the last call had gone stale', (state: ReturnType<typeof watch>) => state, 60_001],
    [
      'it was cancelled',
      (state: ReturnType<typeof watch>) => {
        state.result(sampleResult({ ...emergency, type: 'b-a-o-can' }), NOON + 1000);
        return state;
      },
      2000,
    ],
  ])('are raised anew after %s', (_what, prepare, laterMs) => {
    const state = watch();
    state.result(sampleResult({ ...emergency, staleAfterMs: 60_000 }), NOON);
    state.acknowledge('ANDROID-1-9-1-1', 'Anna', NOON);
    prepare(state).result(sampleResult({ ...emergency, staleAfterMs: 60_000 }), NOON + laterMs);
    expect(onlyAlarm(state)).toMatchObject({
      times: 1,
      firstMs: NOON + laterMs,
      acknowledged: null,
      cancelledMs: null,
    });
  });

  it.each([{ type: 'b-a-o-can' }, { detail: '<emergency cancel="true">RAVEN</emergency>' }])(
    'say when they were cancelled: %o',
    (cancel) => {
      const state = watch();
      state.result(sampleResult(emergency), NOON);
      state.result(sampleResult({ ...emergency, ...cancel }), NOON + 9000);
      expect(onlyAlarm(state)).toMatchObject({ cancelledMs: NOON + 9000, acknowledged: null });
    },
  );

  it('are not raised by a cancel, nor undone by a call that comes late', () => {
    const state = watch();
    state.result(sampleResult({ ...emergency, type: 'b-a-o-can' }), NOON);
    expect(state.alarms).toEqual([]);
    state.result(sampleResult(emergency), NOON);
    state.result(sampleResult({ ...emergency, lat: 1 }, 5000), NOON);
    expect(onlyAlarm(state).lat).toBe(51.5);
  });

  it('outlive a restart', () => {
    const state = watch();
    state.result(sampleResult(emergency), NOON);
    const again = watch({ alarms: state.alarms });
    expect(again.alarms).toEqual(state.alarms);
    expect(again.acknowledge('ANDROID-1-9-1-1', 'Anna', NOON)).toBeDefined();
  });

  it('leave the page a day after they were acknowledged, and never before', () => {
    const state = watch();
    const dayMs = 24 * 3_600_000;
    state.result(sampleResult(emergency), NOON);
    expect(state.view(NOON + 9 * dayMs).alarms).toHaveLength(1);
    state.acknowledge('ANDROID-1-9-1-1', 'Anna', NOON);
    expect(state.view(NOON + 9 * dayMs + 61_000).alarms).toEqual([]);
  });

  it('are bounded in number: acknowledged ones go first, and who goes unseen is counted', () => {
    const state = watch();
    for (let index = 0; index < MAX_ALARMS; index += 1) {
      state.result(sampleResult({ ...emergency, uid: `u${index}` }), NOON + index);
    }
    state.acknowledge('u7', 'Anna', NOON);
    state.result(sampleResult({ ...emergency, uid: 'late' }), NOON + 1000);
    expect(state.alarms.map(({ key }) => key)).not.toContain('u7');
    expect(state.view(NOON + 1000).alarmsMissed).toBe(0);
    state.result(sampleResult({ ...emergency, uid: 'later' }), NOON + 2000);
    expect(state.alarms).toHaveLength(MAX_ALARMS);
    expect(state.view(NOON + 2000).alarmsMissed).toBe(1);
  });
});
