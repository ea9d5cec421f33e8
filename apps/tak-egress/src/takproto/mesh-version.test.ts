import { describe, expect, it } from 'vitest';
import { createMeshVersion } from './mesh-version.ts';

const both = (uid: string) => ({ uid, min: 0, max: 1 });
const old = (uid: string) => ({ uid, min: 0, max: 0 });

describe('the version of a network without server', () => {
  it('is XML while nobody is known', () => {
    expect(createMeshVersion().current(0)).toBe(0);
  });

  it('is what everybody understands', () => {
    const version = createMeshVersion();
    version.heard('a:1', 1, both('A'), 0);
    expect(version.current(1)).toBe(1);
    version.heard('b:1', 0, both('B'), 2);
    expect(version.current(3)).toBe(1);
    version.heard('c:1', 0, old('C'), 4);
    expect(version.current(5)).toBe(0);
  });

  it('counts who announces nothing by what he wrote last', () => {
    const version = createMeshVersion();
    version.heard('a:1', 1, both('A'), 0);
    version.heard('b:1', 0, undefined, 0);
    expect(version.current(1)).toBe(0);
    version.heard('b:1', 1, undefined, 2);
    expect(version.current(3)).toBe(1);
  });

  it('forgets who was silent for two minutes', () => {
    const version = createMeshVersion();
    version.heard('b:1', 0, undefined, 0);
    version.heard('a:1', 1, both('A'), 60_000);
    expect(version.current(119_999)).toBe(0);
    expect(version.current(120_000)).toBe(1);
    expect(version.current(180_000)).toBe(0);
  });

  it('remembers no more than it can', () => {
    const version = createMeshVersion();
    version.heard('x:1', 0, undefined, 0);
    for (let n = 0; n < 1_000; n++) version.heard(`a:${n}`, 1, both(`A${n}`), 1);
    expect(version.current(2)).toBe(1);
  });
});
