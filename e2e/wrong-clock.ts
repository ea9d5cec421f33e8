/**
 * Loaded into a process before its program (`node --import`): the wall clock is off by the milliseconds that a file in the
 * working directory names. Monotonic time and timers stay as they are.
 */
import { readFileSync } from 'node:fs';

/** In the working directory; without it the clock is right. */
const OFFSET_FILE = 'clock-offset';
const LOOK_MS = 20;

const readOffset = (): number => {
  try {
    return Number(readFileSync(OFFSET_FILE, 'utf8')) || 0;
  } catch {
    return 0;
  }
};

let offsetMs = readOffset();
setInterval(() => {
  offsetMs = readOffset();
}, LOOK_MS).unref();

const rightNow = Date.now;
const wrongNow = (): number => rightNow() + offsetMs;
Date.now = wrongNow;
globalThis.Date = new Proxy(Date, {
  construct: (target, values: unknown[], newTarget) =>
    Reflect.construct(target, values.length === 0 ? [wrongNow()] : values, newTarget) as object,
  apply: () => new Date(wrongNow()).toString(),
});
