/** CoT timestamps ↔ epoch milliseconds, without the guesses of Date. */

const TIME = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:?\d{2})?$/;
const FIRST_YEAR = 1970;
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const MINUTE_MS = 60_000;
const MAX_OFFSET_MINUTES = 14 * 60;

/**
 * `2026-03-15T14:22:10.123Z` → epoch milliseconds, smaller fractions cut off. Read leniently: 0 to 9 fraction digits,
 * `Z`, a numeric offset or neither (then UTC). Undefined for a date that is none (30 February), for years before 1970 and for any other form.
 */
export const parseEventTime = (text: string): number | undefined => {
  const match = TIME.exec(text.trim());
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const offsetMinutes = parseOffset(match[8] ?? 'Z');
  if (year < FIRST_YEAR || hour > 23 || minute > 59 || second > 59 || offsetMinutes === undefined) return undefined;
  const fractionMs = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  const ms = Date.UTC(year, month - 1, day, hour, minute, second, fractionMs);
  const date = new Date(ms);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const utcMs = ms - offsetMinutes * MINUTE_MS;
  return utcMs < 0 ? undefined : utcMs;
};

const parseOffset = (text: string): number | undefined => {
  if (text === 'Z') return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2));
  if (Number(text.slice(-2)) > 59 || minutes > MAX_OFFSET_MINUTES) return undefined;
  return text.startsWith('-') ? -minutes : minutes;
};

/** Epoch milliseconds → UTC with exactly three fraction digits and `Z`, the only form every receiver reads right. */
export const buildEventTime = (ms: number): string =>
  new Date(Math.min(Math.max(Math.floor(ms), 0) || 0, LAST_MS)).toISOString();
