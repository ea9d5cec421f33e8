import { expect, it } from 'vitest';
import { createUnreadCounts } from './unread-counts.ts';

const seen = { channel: 'TAK', hash: 92, reason: 'key_differs' as const, lastFrom: 5 };

it('counts by channel, hash and reason, most packets first', () => {
  const counts = createUnreadCounts();
  counts.note({ ...seen, hash: 8 }, 1);
  counts.note(seen, 2);
  counts.note({ ...seen, lastFrom: 6 }, 3);
  counts.note({ ...seen, reason: 'undecryptable' }, 4);
  expect(counts.rows()).toEqual([
    { ...seen, lastFrom: 6, packets: 2, lastMs: 3 },
    { ...seen, hash: 8, packets: 1, lastMs: 1 },
    { ...seen, reason: 'undecryptable', packets: 1, lastMs: 4 },
  ]);
});

it('drops the row that was unseen for longest when there are too many', () => {
  const counts = createUnreadCounts(2);
  counts.note({ ...seen, channel: 'a' }, 1);
  counts.note({ ...seen, channel: 'b' }, 2);
  counts.note({ ...seen, channel: 'a' }, 3);
  counts.note({ ...seen, channel: 'c' }, 4);
  expect(counts.rows().map(({ channel }) => channel)).toEqual(['a', 'c']);
});

it('cuts endless names, never within a character', () => {
  const counts = createUnreadCounts();
  counts.note({ ...seen, channel: `${'x'.repeat(31)}🔔 and more` }, 1);
  expect(counts.rows().map(({ channel }) => channel)).toEqual(['x'.repeat(31)]);
});
