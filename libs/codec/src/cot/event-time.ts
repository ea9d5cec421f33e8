/** CoT timestamps ↔ epoch milliseconds, without the guesses of Date. */

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.(\d{1,9}))?(Z|[+-]\d{2}:?\d{2})?$/;
const FIRST_YEAR = 1970;
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const MINUTE_MS = 60_000;
const MAX_OFFSET_MINUTES = 14 * 60;

/**
 * `2026-03-15T14:22:10.123Z` → epoch milliseconds, smaller fractions cut off. Read leniently: 0 to 9 fraction digits,
 * `Z`, a numeric offset or neither (then UTC). Undefined for a date that is none (30 February), for years before 1970 and for any other form.
 */
export const parseEventTime = (text: string): number | undefined => {
  const trimmed = text.trim();
  const match = TIME.exec(trimmed);
  if (match === null) return undefined;
  const part = (from: number, to: number): number => Number(trimmed.slice(from, to));
  const [year, month, day] = [part(0, 4), part(5, 7), part(8, 10)];
  const [hour, minute, second] = [part(11, 13), part(14, 16), part(17, 19)];
  const offsetMinutes = parseOffset(match[2] ?? 'Z');
  if (year < FIRST_YEAR || hour > 23 || minute > 59 || second > 59 || offsetMinutes === undefined) return undefined;
  if (day < 1 || month < 1 || day > daysOf(year, month)) return undefined;
  const fractionMs = match[1] === undefined ? 0 : Number(match[1].padEnd(3, '0').slice(0, 3));
  const utcMs = Date.UTC(year, month - 1, day, hour, minute, second, fractionMs) - offsetMinutes * MINUTE_MS;
  return utcMs < 0 ? undefined : utcMs;
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

const DAY_MS = 86_400_000;
const [HOUR_MS, SECOND_MS] = [3_600_000, 1000] as const;
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
  const ofDay = whole - today * DAY_MS;
  const hour = Math.floor(ofDay / HOUR_MS);
  const minute = Math.floor(ofDay / MINUTE_MS) % 60;
  const second = Math.floor(ofDay / SECOND_MS) % 60;
  const fraction = String(ofDay % SECOND_MS).padStart(3, '0');
  return `${dayText}${twoDigits[hour] ?? ''}:${twoDigits[minute] ?? ''}:${twoDigits[second] ?? ''}.${fraction}Z`;
};
