import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const BUILT = fileURLToPath(new URL('dist/wrong-clock.js', import.meta.url));
const HOUR_MS = 3_600_000;
const SCRIPT = `
  const { hrtime } = process;
  console.log(JSON.stringify([Date.now(), new Date().getTime(), Date.parse(Date()), new Date(5).getTime(),
    new Date() instanceof Date, Number(hrtime.bigint() / 1000000n)]));`;

describe.skipIf(!existsSync(BUILT))('a process with a wrong clock', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cotbus-clock-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it.each([-HOUR_MS, HOUR_MS])(
    'is off by %i ms wherever it asks for the time, and has its monotonic time',
    (offsetMs) => {
      writeFileSync(join(folder, 'clock-offset'), String(offsetMs));
      const output = execFileSync(process.execPath, ['--import', BUILT, '-e', SCRIPT], {
        cwd: folder,
        encoding: 'utf8',
      });
      const [now = 0, made = 0, text = 0, given, isDate, monotonicMs = 0] = JSON.parse(output) as number[];
      for (const time of [now, made, text]) expect(Math.abs(time - offsetMs - Date.now())).toBeLessThan(HOUR_MS / 2);
      expect([given, isDate]).toEqual([5, true]);
      expect(Math.abs(monotonicMs - Number(process.hrtime.bigint() / 1_000_000n))).toBeLessThan(HOUR_MS / 2);
    },
  );
});
