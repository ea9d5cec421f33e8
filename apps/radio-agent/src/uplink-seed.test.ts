import { memoryJournals } from '@cotbus/service/testing';
import { describe, expect, it } from 'vitest';
import { keptSeed } from './uplink-seed.ts';

describe('the seed of a node number', () => {
  it('is the same at the next start, and another for another agent', async () => {
    const journals = memoryJournals();
    const seed = await keptSeed('hill', journals);
    expect(seed).toHaveLength(32);
    journals.fs.crash('synced');
    await expect(keptSeed('hill', journals)).resolves.toEqual(seed);
    await expect(keptSeed('lake', journals)).resolves.not.toEqual(seed);
  });

  it('is made anew when a crash has cut it off', async () => {
    const journals = memoryJournals();
    await keptSeed('hill', journals);
    journals.fs.damage('/journals/uplink-hill/seed', (bytes) => bytes.slice(0, 7));
    const seed = await keptSeed('hill', journals);
    expect(seed).toHaveLength(32);
    await expect(keptSeed('hill', journals)).resolves.toEqual(seed);
  });

  it('says what cannot be kept, and where', async () => {
    const journals = memoryJournals();
    journals.fs.faults.set('create', 'EACCES');
    await expect(keptSeed('hill', journals)).rejects.toThrow(
      'the node number of hill cannot be kept in /journals/uplink-hill: EACCES',
    );
  });
});
