import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { certificateReasons } from './fault.ts';

it('docs/CERTIFICATES.md explains every reason, and no other', () => {
  const page = readFileSync(new URL('../../../docs/CERTIFICATES.md', import.meta.url), 'utf8');
  const table = page.slice(page.indexOf('| reason'), page.indexOf('## The files'));
  const explained = [...table.matchAll(/^\| `(\w+)`/gm)].map((row) => row[1]);
  expect(explained).toEqual([...certificateReasons]);
});
