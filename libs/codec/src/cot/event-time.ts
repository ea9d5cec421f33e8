/** CoT timestamps ↔ epoch milliseconds, without the guesses of Date. */
import { codeAt } from './code-at.ts';

/** What may follow the seconds. */
const TAIL = /^(?:\.(\d{1,9}))?(Z|[+-]\d{2}:?\d{2})?$/;
const FIRST_YEAR = 1970;
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const DAY_MS = 86_400_000;
const [HOUR_MS, MINUTE_MS, SECOND_MS] = [3_600_000, 60_000, 1000] as const;
const MAX_OFFSET_MINUTES = 14 * 60;

/**
 * `2026-03-15T14:22:10.123Z` → epoch milliseconds, smaller fractions cut off. Read leniently: 0 to 9 fraction digits,
 * `Z`, a numeric offset or neither (then UTC). Undefined for a date that is none (30 February), for years before 1970 and for any other form.
 */
export const parseEventTime = (text: string): number | undefined => {
  const trimmed = text.trim();
  const year = digits(trimmed, 0, 4);
  const month = digits(trimmed, 5, 2);
  const day = digits(trimmed, 8, 2);
  const hour = digits(trimmed, 11, 2);
  const minute = digits(trimmed, 14, 2);
  const second = digits(trimmed, 17, 2);
  const tail = parseTail(trimmed);
  // What has no digits is not a number, and not within any bound.
  if (!hasSeparators(trimmed) || tail === undefined) return undefined;
  if (!(year >= FIRST_YEAR && hour <= 23 && minute <= 59 && second <= 59)) return undefined;
  if (!(day >= 1 && month >= 1 && day <= daysOf(year, month))) return undefined;
  const utcMs = dayOf(year, month, day) * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS + tail;
  return utcMs < 0 ? undefined : utcMs;
};

const SECONDS_END = 'YYYY-MM-DDThh:mm:ss'.length;
const [DASH, POINT, DIGIT_0, COLON, CAPITAL_T, CAPITAL_Z] = [0x2d, 0x2e, 0x30, 0x3a, 0x54, 0x5a] as const;

const hasSeparators = (text: string): boolean =>
  codeAt(text, 4) === DASH &&
  codeAt(text, 7) === DASH &&
  codeAt(text, 10) === CAPITAL_T &&
  codeAt(text, 13) === COLON &&
  codeAt(text, 16) === COLON;

/** Not a number when one of the characters is no digit. */
const digits = (text: string, start: number, count: number): number => {
  let value = 0;
  for (let at = start; at < start + count; at += 1) {
    const digit = codeAt(text, at) - DIGIT_0;
    value = digit >= 0 && digit <= 9 ? value * 10 + digit : Number.NaN;
  }
  return value;
};

/** Days since 1970-01-01 (Gregorian). A year begins in March here, so that the day that some years lack is its last. */
const dayOf = (year: number, month: number, day: number): number => {
  const marchYear = month > 2 ? year : year - 1;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  const ofYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day;
  return 365 * marchYear + leapDays + ofYear - DAYS_BEFORE_1970;
};
/** From the first day of March of the year 0, and one, for days of a month count from 1. */
const DAYS_BEFORE_1970 = 719_469;

/** Milliseconds that fraction and offset add; undefined for what is neither. */
const parseTail = (text: string): number | undefined => {
  const endsWithZ = codeAt(text, text.length - 1) === CAPITAL_Z;
  if (endsWithZ && text.length === SECONDS_END + 1) return 0;
  // `.123Z`, as nearly all write it, without a match.
  if (endsWithZ && text.length === SECONDS_END + 5 && codeAt(text, SECONDS_END) === POINT) {
    const fractionMs = digits(text, SECONDS_END + 1, 3);
    return Number.isNaN(fractionMs) ? undefined : fractionMs;
  }
  const match = TAIL.exec(text.slice(SECONDS_END));
  if (match === null) return undefined;
  const offsetMinutes = parseOffset(match[2] ?? 'Z');
  if (offsetMinutes === undefined) return undefined;
  return Number((match[1] ?? '').padEnd(3, '0').slice(0, 3)) - offsetMinutes * MINUTE_MS;
};

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** 0 for a month that is none. */
const daysOf = (year: number, month: number): number =>
  month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : (MONTH_DAYS[month - 1] ?? 0);

const parseOffset = (text: string): number | undefined => {
  if (text === 'Z') return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2));
  if (Number(text.slice(-2)) > 59 || minutes > MAX_OFFSET_MINUTES) return undefined;
  return text.startsWith('-') ? -minutes : minutes;
};

const threeDigits = Array.from({ length: 1000 }, (_, number) => String(number).padStart(3, '0'));
const twoDigits = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

// Of the last day that was written: what is told of one moment is mostly of one day, and Date is slow at it.
let day = 0;
let dayText = '1970-01-01T';

/** Epoch milliseconds → UTC with exactly three fraction digits and `Z`, the only form every receiver reads right. */
export const buildEventTime = (ms: number): string => {
  const whole = Math.min(Math.max(Math.floor(ms), 0) || 0, LAST_MS);
  const today = Math.floor(whole / DAY_MS);
  if (today !== day) {
    dayText = new Date(whole).toISOString().slice(0, 'YYYY-MM-DDT'.length);
    day = today;
  }
  // A day is 27 bits of milliseconds; what cuts to 32 cuts faster than `floor`.
  const ofDay = (whole - today * DAY_MS) | 0;
  const hour = (ofDay / HOUR_MS) | 0;
  const minute = ((ofDay / MINUTE_MS) | 0) % 60;
  const second = ((ofDay / SECOND_MS) | 0) % 60;
  return `${dayText}${twoDigits[hour] ?? ''}:${twoDigits[minute] ?? ''}:${twoDigits[second] ?? ''}.${threeDigits[ofDay % SECOND_MS] ?? ''}Z`;
};
