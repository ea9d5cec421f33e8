/** What makes the codec run anywhere: which modules it needs, and what it takes from the world. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('index.ts', import.meta.url);
const IMPORT = /^(?:import|export)\s[^;]*?from '([^']+)';/gm;
const COMMENT = /\/\*[^]*?\*\/|^\s*\/\/.*$|\s\/\/ .*$/gm;

interface Module {
  readonly path: string;
  readonly code: string;
  readonly imports: readonly string[];
}

const readModules = (start: URL): readonly Module[] => {
  const modules = new Map<string, Module>();
  const open = [start];
  for (let url = open.pop(); url !== undefined; url = open.pop()) {
    if (modules.has(url.href)) continue;
    const code = readFileSync(url, 'utf8').replace(COMMENT, '');
    const imports = [...code.matchAll(IMPORT)].map(([, name = '']) => name);
    modules.set(url.href, { path: url.href.slice(new URL('.', start).href.length), code, imports });
    for (const name of imports) if (name.startsWith('.')) open.push(new URL(name, url));
  }
  return [...modules.values()];
};

const modules = readModules(root);
const contracts = readModules(new URL('../../contracts/src/index.ts', import.meta.url));
const saying = (pattern: RegExp, among = [...modules, ...contracts]): readonly string[] =>
  among.filter(({ code }) => pattern.test(code)).map(({ path }) => path);

describe('the codec', () => {
  it('is found whole', () => {
    expect(modules.length).toBeGreaterThan(100);
    expect(contracts.length).toBeGreaterThan(10);
    expect(saying(/\bimport\(|\brequire\(/)).toEqual([]);
  });

  it('needs nothing but protobuf, an XML parser, an inflater and the contracts', () => {
    const packages = new Set(modules.flatMap(({ imports }) => imports).filter((name) => !name.startsWith('.')));
    expect([...packages].sort()).toEqual([
      '@bufbuild/protobuf',
      '@bufbuild/protobuf/wire',
      '@cotbus/contracts',
      'fflate',
      'saxes',
    ]);
    const ofContracts = new Set(contracts.flatMap(({ imports }) => imports).filter((name) => !name.startsWith('.')));
    expect([...ofContracts].every((name) => name.startsWith('@bufbuild/protobuf'))).toBe(true);
  });

  it('takes nothing of Node', () => {
    expect(saying(/'node:|\bBuffer\b|\bprocess\b|\b__dirname\b|\bglobalThis\b|\bimport\.meta\b/)).toEqual([]);
  });

  it('has no clock, but for whoever asks for no time; no randomness, timers, console', () => {
    expect(saying(/\bDate\.now\b|\bnew Date\(\)|\bperformance\b/)).toEqual(['sdk/cot-xml.ts']);
    expect(saying(/\bMath\.random\b|\bcrypto\b|\bset(?:Timeout|Interval|Immediate)\b|\bconsole\./)).toEqual([]);
  });
});
