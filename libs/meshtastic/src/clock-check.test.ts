import { create, toBinary } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { createClockCheck } from './clock-check.ts';

const WALL_MS = Date.UTC(2026, 5, 1, 12);
const at = (seconds: number, aheadMs = 0) => ({
  monotonicMs: 1000 + seconds * 1000,
  wallMs: WALL_MS + seconds * 1000 + aheadMs,
});
const epoch = (seconds: number): number => WALL_MS / 1000 + seconds;
const { LOC_INTERNAL, LOC_MANUAL, LOC_UNSET } = meshtastic.Position_LocSource;

const packet = (
  fields: { from?: number; rxTime?: number; viaMqtt?: boolean },
  position?: MessageInitShape<typeof meshtastic.PositionSchema>,
) =>
  create(meshtastic.MeshPacketSchema, {
    from: 5,
    ...fields,
    ...(position && {
      payloadVariant: {
        case: 'decoded' as const,
        value: {
          portnum: meshtastic.PortNum.POSITION_APP,
          payload: toBinary(meshtastic.PositionSchema, create(meshtastic.PositionSchema, position)),
        },
      },
    }),
  });
const fix = (from: number, time: number) => packet({ from }, { time, locationSource: LOC_INTERNAL });

describe('the clocks of the mesh', () => {
  it('say nothing before anything was heard, or when they do not know', () => {
    const check = createClockCheck();
    const nothing = { gpsAheadMs: undefined, gpsNodes: 0, radioAheadMs: undefined };
    expect(check.reading(at(0))).toEqual(nothing);
    check.heard(packet({ rxTime: 0 }), at(0));
    check.heard(packet({ rxTime: 86_400 }), at(0));
    check.heard(packet({ rxTime: epoch(0), viaMqtt: true }), at(0));
    expect(check.reading(at(0))).toEqual(nothing);
  });

  it('are ahead of a host that is behind, half a second more or less', () => {
    const check = createClockCheck();
    check.heard(packet({ rxTime: epoch(3600) }), at(0));
    check.heard(fix(1, epoch(3600)), at(0));
    expect(check.reading(at(10))).toEqual({ gpsAheadMs: 3_600_500, gpsNodes: 1, radioAheadMs: 3_600_500 });
  });

  it('agree at once when the host is set right', () => {
    const check = createClockCheck();
    check.heard(fix(1, epoch(3600)), at(0));
    expect(check.reading(at(5, 3_600_000)).gpsAheadMs).toBe(500);
  });

  it('are counted by node: one that is wrong among three says nothing', () => {
    const check = createClockCheck();
    for (const [from, seconds] of [
      [1, 0],
      [2, 9999],
      [2, 9999],
      [3, 1],
    ] as const)
      check.heard(fix(from, epoch(seconds)), at(0));
    expect(check.reading(at(0))).toMatchObject({ gpsAheadMs: 1500, gpsNodes: 3 });
  });

  it.each([
    ['a position set by hand', { locationSource: LOC_MANUAL, time: epoch(9999), timestamp: epoch(9999) }],
    ['one of unknown source', { locationSource: LOC_UNSET, time: epoch(9999) }],
    ['one without a time', { locationSource: LOC_INTERNAL }],
  ])('are not those of %s', (_, position) => {
    const check = createClockCheck();
    check.heard(packet({}, position), at(0));
    expect(check.reading(at(0)).gpsNodes).toBe(0);
  });

  it('are forgotten after an hour, and when there are too many', () => {
    const check = createClockCheck();
    for (let from = 1; from <= 100; from += 1) check.heard(fix(from, epoch(0)), at(0));
    expect(check.reading(at(0)).gpsNodes).toBe(32);
    expect(check.reading(at(3600))).toMatchObject({ gpsNodes: 0, gpsAheadMs: undefined });
  });
});
