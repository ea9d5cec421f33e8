import { createEventEncoder, createV2Wire, parseEventXml } from '@cotbus/codec';
import { createMessage, Dialect, isStateKind, Kind, Reason } from '@cotbus/contracts';
import { takHour } from '@cotbus/simulator';
import type { TakHourOptions } from '@cotbus/simulator';
import { describe, expect, it } from 'vitest';
import { airRadioOf } from './air-radio.ts';
import { rehearseAir } from './air-rehearsal.ts';
import type { AirReport } from './air-report.ts';
import type { RehearsedEvent } from './air-rehearsal.ts';
import { toMeshOptions } from './options.ts';

const wire = createV2Wire({ zstd: undefined, dictionaries: [] });
const encode = createEventEncoder({ wire, transferId: () => 1 });

/** As a worker translates it, uncompressed: the largest that it can become. */
const rehearsed = (options: TakHourOptions): RehearsedEvent[] =>
  takHour(options).map(({ atMs, xml }) => {
    const parsed = parseEventXml(xml);
    if (!parsed.ok) throw new Error(parsed.detail);
    const { uid, kind, callsign, lat, lon } = parsed.event;
    const encoded = encode(parsed.event, { dialect: Dialect.V2, form: 'raw' });
    if (!encoded.ok) throw new Error(encoded.detail);
    const [first, ...following] = encoded.frames;
    const result = createMessage('txResult', {
      uid,
      kind,
      callsign,
      following,
      ...(lat !== 0 && { latitudeI: Math.round(lat * 1e7), longitudeI: Math.round(lon * 1e7) }),
      result: { case: 'frame', value: first ?? {} },
    });
    return { atMs, result, lifeMs: isStateKind(kind) ? 60_000 : 300_000 };
  });

const radio = (firmwareVersion = '2.7.22', modemPreset = 'LONG_FAST', region = 'EU_868') =>
  airRadioOf({ firmwareVersion, modemPreset, region }, true);

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

const rehearse = (hour: TakHourOptions, firmware: string, alone = false) =>
  rehearseAir(rehearsed(hour), { toMesh: toMeshOptions.parse({ profile: 'team' }), air: radio(firmware), alone });

/** The most that an hour may take, of the 360 s that are allowed: uncompressed and signed it is 10 s from them when nobody relays. */
const AIR_MS = 352 * SECOND_MS;
/** A tenth below what is asked for: a minute for messages, a quarter of an hour for everybody's position. */
const WAIT_MS = 0.9 * MINUTE_MS;
const GAP_MS = 13.5 * MINUTE_MS;

/** What must hold of the hour, and of any part of it. */
const faults = ({ busiestHourMs, kinds, users }: AirReport): string[] => {
  const messages = kinds.filter(({ kind }) => kind === 'emergency' || kind === 'chat');
  const gapMs = users[0]?.longestGapMs ?? Infinity;
  return [
    ...(busiestHourMs > AIR_MS ? [`${busiestHourMs} ms of airtime`] : []),
    ...messages.filter(({ sent, events }) => sent < events).map(({ kind, sent }) => `${sent} ${kind} sent`),
    ...messages.filter(({ longestWaitMs }) => longestWaitMs > WAIT_MS).map(({ kind }) => `${kind} waits`),
    ...(users.length < 30 || gapMs > GAP_MS ? [`${users.length} users, ${gapMs} ms without one of them`] : []),
  ];
};

describe('a TAK server with thirty phones on LongFast in Europe', () => {
  it.each([
    ['with firmware that signs', '2.8.0', false],
    ['with firmware that does not', '2.7.22', false],
    ['when nobody relays', '2.7.22', true],
    ['and signed', '2.8.0', true],
  ])('is sent within a tenth of the air, twenty minutes of it: %s', (_, firmware, alone) => {
    expect(faults(rehearse({ seed: 7, minutes: 20 }, firmware, alone))).toEqual([]);
  });

  // The hardest: signatures, and nobody who relays.
  it('is sent within a tenth of the air for a whole hour, and every event has one end', () => {
    const report = rehearse({ seed: 1 }, '2.8.0', true);
    expect(faults(report)).toEqual([]);
    expect(Object.fromEntries(report.kinds.map(({ kind, events }) => [kind, events]))).toEqual({
      pli: 10_800,
      chat: 60,
      marker: 10,
      emergency: 3,
    });
    for (const { events, sent, refused } of report.kinds) {
      expect(Object.values(refused).reduce((sum, count) => sum + count, sent)).toBe(events);
    }
    expect(report.kinds.find(({ kind }) => kind === 'marker')?.sent).toBe(10);
  });

  it('says what a kind would cost that may not go, and what an event is refused for', () => {
    const [event] = rehearsed({ seed: 1, phones: 1, minutes: 1 });
    if (event === undefined) throw new Error('an hour is not empty');
    const refusal = { case: 'refusal' as const, value: { reason: Reason.TOO_LARGE } };
    const events = [event, { ...event, result: createMessage('txResult', { kind: Kind.CHAT, result: refusal }) }];
    const report = rehearseAir(events, { toMesh: toMeshOptions.parse({}), air: radio() });
    expect(report).toMatchObject({ airMs: 0, limitMs: 360_000 });
    expect(report.kinds.map(({ kind, refused }) => [kind, refused])).toEqual([
      ['pli', { not_allowed: 1 }],
      ['chat', { too_large: 1 }],
    ]);
  });
});
