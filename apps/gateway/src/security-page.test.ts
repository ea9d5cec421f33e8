/** docs/SECURITY.md names a test for each promise: those tests must be there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const page = readFileSync(join(root, 'docs/SECURITY.md'), 'utf8');

/** The last cell of each row: a file, and what the test in it is called. */
const named = [...page.matchAll(/\| `([^`]+\.test\.ts)`(?:: ([^|]+?))? *\|$/gm)].map(([, file = '', title = '']) => ({
  file,
  title,
}));
const rows = page.split('\n').filter((line) => line.startsWith('|') && !/^\| (?:-|what somebody)/.test(line));

describe('the page of security', () => {
  it('names a test in each row', () => {
    expect(named.length).toBeGreaterThan(30);
    expect(named).toHaveLength(rows.length);
  });

  it.each(named)('$file is there: $title', ({ file, title }) => {
    expect(existsSync(join(root, file))).toBe(true);
    expect(readFileSync(join(root, file), 'utf8')).toContain(title);
  });

  it.each(['Radio and mesh', 'MQTT', 'TAK sockets', 'Console', 'Files, names and logs', 'Certificates'])(
    'has the door %s',
    (door) => {
      expect(page).toContain(`\n## ${door}\n`);
    },
  );
});
