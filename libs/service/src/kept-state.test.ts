import { describe, expect, it } from 'vitest';
import { openKeptState } from './kept-state.ts';
import { fakeClock } from './testing/fake-clock.ts';
import { memoryJournals } from './testing/memory-journals.ts';
import { silentLog } from './testing/silent-log.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const setUp = () => {
  const journals = memoryJournals();
  const warned: string[] = [];
  const log = Object.assign(silentLog(), { warn: (_: object, event: string) => void warned.push(event) });
  const open = async () => openKeptState({ name: 'nodes-hill', journals, nonce: 1n, clock: fakeClock(), log });
  const read = async () => {
    const kept = await open();
    await kept.close();
    return kept.recovered.map(({ key, value }) => [key, new TextDecoder().decode(value)]);
  };
  return { journals, warned, open, read };
};

describe('kept state', () => {
  it('has the newest value of each key after a restart, and none that was removed', async () => {
    const { open, read, warned } = setUp();
    const kept = await open();
    kept.put('a', bytes('1'));
    kept.put('b', bytes('2'));
    kept.put('a', bytes('3'));
    kept.put('c', bytes('4'));
    kept.remove('b');
    await kept.close();
    expect(await read()).toEqual([
      ['a', '3'],
      ['c', '4'],
    ]);
    expect(warned).toEqual([]);
  });

  it('does not grow however often a value is written', async () => {
    const { journals, open } = setUp();
    const kept = await open();
    const value = new Uint8Array(1000);
    for (let round = 0; round < 20; round += 1) {
      for (let key = 0; key < 1000; key += 1) kept.put(String(key), value);
    }
    await kept.close();
    const folder = '/journals/nodes-hill';
    const names = await journals.fs.list(folder);
    let total = 0;
    for (const name of names) total += (await journals.fs.read(`${folder}/${name}`, 1 << 20)).length;
    expect(total).toBeLessThanOrEqual(4 * 1024 * 1024);
  });

  it('warns of damage and goes on with what can be read', async () => {
    const { journals, open, read, warned } = setUp();
    const kept = await open();
    kept.put('a', bytes('1'));
    await kept.close();
    const folder = '/journals/nodes-hill';
    for (const name of await journals.fs.list(folder)) {
      const content = Uint8Array.from(await journals.fs.read(`${folder}/${name}`, 1 << 20));
      await journals.fs.remove(`${folder}/${name}`);
      const file = await journals.fs.create(`${folder}/${name}`);
      await file.append(content.map((byte, index) => (index > 40 ? byte ^ 0x55 : byte)));
      await file.close();
    }
    expect(await read()).toEqual([]);
    const again = await open();
    again.put('b', bytes('2'));
    await again.close();
    expect(await read()).toEqual([['b', '2']]);
    expect(warned.length).toBeGreaterThan(0);
  });

  it('keeps nothing where the folder is in use by another process, and says so', async () => {
    const { open, warned } = setUp();
    const first = await open();
    const second = await open();
    second.put('a', bytes('1'));
    await second.close();
    expect(warned).toEqual(['state.not_kept']);
    await first.close();
  });
});
