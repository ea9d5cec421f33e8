/** A process that appends numbered records and prints each number once it is synced. Started and killed by a test. */
import { systemClock } from '../../clock.ts';
import { openJournal } from '../journal.ts';
import { nodeJournalFs } from '../node-journal-fs.ts';

const folder = process.argv[2] ?? '';
let waiting: number[] = [];
const appended: number[] = [];

const journal = await openJournal({
  folder,
  name: 'numbers',
  maxBytes: 1024 * 1024,
  segmentBytes: 16 * 1024,
  fs: nodeJournalFs,
  clock: systemClock,
  nonce: 1n,
  onEvent: (event) => {
    if (event.kind !== 'synced') return;
    const synced = waiting.filter((number) => number <= event.to);
    waiting = waiting.filter((number) => number > event.to);
    process.stdout.write(synced.map((number) => `${number}\n`).join(''));
    if (waiting.length === 0) append();
  },
});
/** Some at once, of different lengths; old ones die, so segments come and go. */
const append = (): void => {
  for (let i = 0; i < 5; i += 1) {
    const unsynced = journal.append({ key: 'newest', payload: new Uint8Array() });
    const number = unsynced.ok ? unsynced.seq + 1 : 0;
    const synced = journal.append({ key: `n${number}`, payload: Buffer.alloc(number % 900, number), sync: true });
    if (!synced.ok || synced.seq !== number) throw new RangeError(JSON.stringify(synced));
    waiting.push(number);
    for (const old of appended.splice(0, Math.max(0, appended.length - 200))) journal.kill(`n${old}`);
    appended.push(number);
  }
};
for (const { key } of journal.recovered) journal.kill(key);
process.stdout.write(`start ${journal.incarnation}\n`);
append();
