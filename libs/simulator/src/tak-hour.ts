/**
 * An hour of a TAK server with thirty phones, as it would pass it on: who walks and who stands still reports every ten
 * seconds, people talk, three call for help, somebody sets markers. The same seed gives the same hour.
 */
import { between, createRandom } from './random.ts';
import type { Random } from './random.ts';
import { placeOn } from './track.ts';
import type { Track } from './track.ts';

export interface TakHourOptions {
  readonly seed: number;
  /** Default 30; every third stands still. */
  readonly phones?: number;
  /** Default 60. Messages become fewer with them. */
  readonly minutes?: number;
  /** Wall clock, epoch milliseconds. Default 2026-01-01T09:00:00Z. */
  readonly startMs?: number;
}

export interface TakEvent {
  /** Epoch milliseconds, as in the event. */
  readonly atMs: number;
  /** One event on one line. */
  readonly xml: string;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const REPORT_EVERY_MS = 10_000;
const CHAT_LINES = 60;
const EMERGENCIES = 3;
const MARKERS = 10;
const STALE_MS = 120_000;

/** By time. */
export const takHour = (options: TakHourOptions): readonly TakEvent[] => {
  const { seed, phones = 30, minutes = 60, startMs = Date.UTC(2026, 0, 1, 9) } = options;
  const random = createRandom(seed);
  const endMs = startMs + minutes * MINUTE_MS;
  const share = (minutes * MINUTE_MS) / HOUR_MS;
  const all = Array.from({ length: phones }, (_, index) => phone(index, random));
  const some = (): Phone => all[Math.floor(random() * all.length)] ?? phone(0, random);
  const times = (count: number): number[] =>
    Array.from({ length: Math.round(count * share) }, () => Math.floor(between(random, startMs, endMs)));
  const reports = all.flatMap((one) => reportsOf(one, { random, startMs, endMs }));
  const lines = times(CHAT_LINES).map((atMs, n) => chatLine(some(), { atMs, n, random }));
  const calls = times(EMERGENCIES).map((atMs) => emergency(some(), atMs, startMs));
  const markers = times(MARKERS).map((atMs, n) => marker(some(), { atMs, n, startMs }));
  return [...reports, ...lines, ...calls, ...markers].toSorted((a, b) => a.atMs - b.atMs);
};

interface Phone {
  readonly uid: string;
  readonly callsign: string;
  readonly team: string;
  readonly track: Track;
}

const teams = ['Cyan', 'Red', 'Green', 'Yellow'] as const;
const HEX = 16;

const phone = (index: number, random: Random): Phone => ({
  uid: `ANDROID-${Math.floor(between(random, 2 ** 28, 2 ** 32)).toString(HEX)}${index.toString(HEX).padStart(8, '0')}`,
  callsign: `SIM-${(index + 1).toString().padStart(2, '0')}`,
  team: teams[index % teams.length] ?? 'Cyan',
  track: {
    latitude: 47.59 + between(random, -0.03, 0.03),
    longitude: 11.34 + between(random, -0.03, 0.03),
    radiusM: between(random, 200, 900),
    startDeg: between(random, 0, 360),
    speedMps: index % 3 === 2 ? 0 : between(random, 0.8, 1.8),
    altitudeHaeM: 848,
  },
});

const iso = (ms: number): string => new Date(ms).toISOString();

interface EventParts {
  readonly uid: string;
  readonly type: string;
  readonly how: string;
  readonly atMs: number;
  readonly staleMs?: number;
  readonly point: string;
  readonly detail: string;
}

const event = ({ uid, type, how, atMs, staleMs = STALE_MS, point, detail }: EventParts): TakEvent => ({
  atMs,
  xml:
    `<event version="2.0" uid="${uid}" type="${type}" how="${how}" time="${iso(atMs)}" start="${iso(atMs)}" ` +
    `stale="${iso(atMs + staleMs)}">${point}<detail>${detail}</detail></event>`,
});

const NOWHERE = '<point lat="0.0" lon="0.0" hae="9999999.0" ce="9999999.0" le="9999999.0"/>';

const placed = ({ track }: Phone, elapsedMs: number): { readonly point: string; readonly courseDeg: number } => {
  const { latitudeI, longitudeI, courseDeg } = placeOn(track, elapsedMs);
  const [lat, lon] = [latitudeI / 1e7, longitudeI / 1e7];
  return { point: `<point lat="${lat}" lon="${lon}" hae="${track.altitudeHaeM}" ce="4.8" le="9999999.0"/>`, courseDeg };
};

interface Span {
  readonly random: Random;
  readonly startMs: number;
  readonly endMs: number;
}

const reportsOf = (one: Phone, { random, startMs, endMs }: Span): TakEvent[] => {
  const events: TakEvent[] = [];
  const firstMs = Math.floor(between(random, startMs, startMs + REPORT_EVERY_MS));
  for (let atMs = firstMs; atMs < endMs; atMs += REPORT_EVERY_MS) events.push(report(one, atMs, startMs));
  return events;
};

const report = (one: Phone, atMs: number, startMs: number): TakEvent => {
  const { uid, callsign, team, track } = one;
  const { point, courseDeg } = placed(one, atMs - startMs);
  const battery = 100 - Math.floor((atMs - startMs) / (4 * MINUTE_MS));
  return event({
    uid,
    type: 'a-f-G-U-C',
    how: 'm-g',
    atMs,
    point,
    detail:
      `<takv os="34" version="5.4.0.16 (55e727de).1759-CIV" device="SIMULATED PHONE" platform="ATAK-CIV"/>` +
      `<contact endpoint="*:-1:stcp" callsign="${callsign}"/><uid Droid="${callsign}"/>` +
      `<precisionlocation altsrc="GPS" geopointsrc="GPS"/><__group role="Team Member" name="${team}"/>` +
      `<status battery="${battery}"/><track course="${courseDeg.toFixed(2)}" speed="${track.speedMps.toFixed(2)}"/>`,
  });
};

const phrases = [
  'copy, moving to the next checkpoint',
  'nothing found in sector 4',
  'need a second team at the bridge',
  'water at the hut, road is open',
  'returning, ten minutes',
  'say again',
] as const;

const ROOM = 'All Chat Rooms';

const chatLine = (one: Phone, { atMs, n, random }: { atMs: number; n: number; random: Random }): TakEvent => {
  const { uid, callsign } = one;
  const id = `${Math.floor(random() * 2 ** 32).toString(HEX)}-${n}`;
  const text = `${phrases[n % phrases.length] ?? ''} (${n + 1})`;
  return event({
    uid: `GeoChat.${uid}.${ROOM}.${id}`,
    type: 'b-t-f',
    how: 'h-g-i-g-o',
    atMs,
    staleMs: 24 * HOUR_MS,
    point: NOWHERE,
    detail:
      `<__chat parent="RootContactGroup" groupOwner="false" messageId="${id}" chatroom="${ROOM}" id="${ROOM}" ` +
      `senderCallsign="${callsign}"><chatgrp uid0="${uid}" uid1="${ROOM}" id="${ROOM}"/></__chat>` +
      `<link uid="${uid}" type="a-f-G-U-C" relation="p-p"/>` +
      `<remarks source="BAO.F.ATAK.${uid}" to="${ROOM}" time="${iso(atMs)}">${text}</remarks>`,
  });
};

const emergency = (one: Phone, atMs: number, startMs: number): TakEvent => {
  const { uid, callsign } = one;
  const { point } = placed(one, atMs - startMs);
  return event({
    uid: `${uid}-9-1-1`,
    type: 'b-a-o-tbl',
    how: 'm-g',
    atMs,
    point,
    detail:
      `<link uid="${uid}" type="a-f-G-U-C" relation="p-p"/><contact callsign="${callsign}-Alert"/>` +
      `<emergency type="911 Alert">${callsign}</emergency>`,
  });
};

const marker = (one: Phone, { atMs, n, startMs }: { atMs: number; n: number; startMs: number }): TakEvent => {
  const { uid, callsign } = one;
  const { point } = placed(one, atMs - startMs);
  return event({
    uid: `sim-marker-${n}`,
    type: 'b-m-p-s-m',
    how: 'h-g-i-g-o',
    atMs,
    staleMs: 24 * HOUR_MS,
    point,
    detail:
      `<contact callsign="Find ${n + 1}"/><link uid="${uid}" type="a-f-G-U-C" relation="p-p" parent_callsign="${callsign}"/>` +
      `<color argb="-65536"/><usericon iconsetpath="COT_MAPPING_SPOTMAP/b-m-p-s-m/-65536"/><remarks>footprints</remarks>`,
  });
};
