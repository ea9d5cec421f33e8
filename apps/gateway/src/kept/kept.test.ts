import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { create, toBinary } from '@bufbuild/protobuf';
import {
  createMessage,
  NodeStateSchema,
  OutcomeBatchSchema,
  OutcomeSchema,
  Reason,
  TakIdentitySchema,
} from '@cotbus/contracts';
import { nodeJournalFs, openJournal, readStoredJournal, systemClock } from '@cotbus/service';
import type { StoredRecord } from '@cotbus/service';
import { fakeClock, silentLog } from '@cotbus/service/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { gatewayOptions } from '../options.ts';
import { startRetention } from '../retention.ts';
import { useCommandRun } from '../testing/command-run.ts';
import { namesInXml, wishFor } from './kept-entry.ts';

const OLD = Date.UTC(2026, 0, 1);
const NEW = Date.UTC(2026, 5, 1);
/** Somebody with a phone, and a plain node. */
const ANNA = { uid: 'ANDROID-anna', callsign: 'ANNA' };
const NODE = 0x15465d8d;

const fill = async (
  folder: string,
  name: string,
  records: readonly (readonly [key: string, payload: Uint8Array])[],
) => {
  const segments = { segmentBytes: 128 * 1024, maxBytes: 16 * 1024 * 1024 };
  const journal = await openJournal({
    folder,
    name,
    fs: nodeJournalFs,
    clock: systemClock,
    nonce: 7n,
    onEvent: () => {},
    ...segments,
    ...(name.startsWith('outcomes-') && { whenFull: 'forget_oldest' as const }),
  });
  for (const [key, payload] of records) journal.append({ key, payload });
  await journal.flushed();
  await journal.close();
};

const outcome = (atMs: number, who: { uid: string; callsign: string }, node = 0, packetId = 0) =>
  create(OutcomeSchema, {
    atMs,
    reason: Reason.DELIVERED,
    destination: 'tak',
    ...who,
    node,
    packetId,
    detail: `of ${who.callsign}`,
  });
const batchOf = (...outcomes: ReturnType<typeof outcome>[]) =>
  toBinary(
    OutcomeBatchSchema,
    createMessage('outcome', { owner: 'base', incarnation: 1, nonce: 7n, firstNumber: 1, outcomes }),
  );
const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const chat = (text: string) =>
  `<event uid="GeoChat.${ANNA.uid}.All Chat Rooms.1" type="b-t-f"><detail><__chat senderCallsign="${ANNA.callsign}"/><remarks>${text}</remarks></detail></event>`;

describe('what is kept', () => {
  const command = useCommandRun('export');
  let data: string;

  beforeEach(async () => {
    data = join(command.folder, 'data');
    mkdirSync(join(data, 'console-console'), { recursive: true });
    mkdirSync(join(data, 'packages-routes'));
    mkdirSync(join(data, 'TAK Routes'));
    mkdirSync(join(data, 'recordings'));
    const bob = { uid: 'ANDROID-bob', callsign: 'BOB' };
    await fill(data, 'outcomes-base', [
      ['', batchOf(outcome(OLD, ANNA, NODE, 42), outcome(NEW, bob))],
      ['', batchOf(outcome(NEW, ANNA))],
    ]);
    const state = (num: number, longName: string, atMs: number) =>
      toBinary(
        NodeStateSchema,
        create(NodeStateSchema, {
          num,
          longName,
          shortName: longName.slice(0, 2),
          atMs,
          tak: create(TakIdentitySchema, num === NODE ? ANNA : {}),
        }),
      );
    await fill(data, 'nodes-base', [
      ['15465d8d', state(NODE, 'Anna radio', OLD)],
      ['0000000b', state(0xb, 'Bob radio', NEW)],
    ]);
    await fill(data, 'waiting-tak', [
      ['client 1', json({ client: { id: ANNA.uid, ...ANNA, seenMs: OLD } })],
      ['1', json({ waits: { owner: 'link x', xml: chat('under way'), sinceMs: NEW, delivered: [] } })],
    ]);
    await fill(data, 'sink-tak', [['1.1', Buffer.from(`....${ANNA.uid}....`)]]);
    writeFileSync(
      join(data, 'console-console/alarms.json'),
      JSON.stringify([
        { ...ANNA, lastMs: OLD, node: '' },
        { ...bob, lastMs: NEW, node: '' },
      ]),
    );
    writeFileSync(join(data, 'console-console/tokens.json'), '{"view":"v","operate":"o"}');
    const savedTo = [join(data, 'TAK Routes/r.zip'), join(command.folder, 'elsewhere.zip')];
    for (const file of savedTo) writeFileSync(file, 'zip');
    writeFileSync(
      join(data, 'packages-routes/r.json'),
      JSON.stringify({ route: { uid: 'route-1', name: 'Ridge' }, atMs: OLD, node: NODE, savedTo }),
    );
    const lines = [
      { recording: 'cotbus', version: 1, at: new Date(OLD).toISOString(), by: 'x' },
      {
        type: 'frame',
        at: new Date(OLD).toISOString(),
        from: '!15465d8d',
        to: '!ffffffff',
        id: 42,
        port: 78,
        payload: 'AAAA',
      },
      {
        type: 'frame',
        at: new Date(NEW).toISOString(),
        from: '!0000000b',
        to: '!ffffffff',
        id: 43,
        port: 78,
        payload: 'AAAA',
      },
      { type: 'event', at: new Date(OLD).toISOString(), way: 'to_tak', kind: 'chat', xml: chat('my secret') },
      { type: 'outcome', at: new Date(OLD).toISOString(), ...ANNA, node: '!15465d8d', packetId: 42 },
      { type: 'gap', lost: 3 },
    ];
    // Two members, as it is written.
    writeFileSync(
      join(data, 'recordings/cotbus-20260101T000000000Z.jsonl.gz'),
      Buffer.concat(
        [lines.slice(0, 3), lines.slice(3)].map((part) =>
          gzipSync(part.map((line) => `${JSON.stringify(line)}\n`).join('')),
        ),
      ),
    );
  });

  const exported = async (...words: string[]) => {
    await command.runWord('export', '--data', data, ...words);
    return command.printed.map(
      (line) => JSON.parse(line) as { store: string; place: string; content: Record<string, unknown> },
    );
  };
  const stores = async (...words: string[]) => {
    const counts: Record<string, number> = {};
    for (const { store } of await exported(...words)) counts[store] = (counts[store] ?? 0) + 1;
    return counts;
  };
  const erase = (...words: string[]) => command.runWord('erase', '--data', data, ...words);
  const everything = (): string =>
    readdirSync(data, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const bytes = readFileSync(join(entry.parentPath, entry.name));
        return (entry.name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
      })
      .join('\n');

  it('is shown, all of it, each line with where it lies', async () => {
    expect(await stores()).toEqual({
      outcomes: 3,
      nodes: 2,
      clients: 1,
      alarms: 2,
      routes: 1,
      recordings: 4,
      journals: 2,
    });
  });

  it.each([
    ['a uid', ['--uid', ANNA.uid], { outcomes: 2, nodes: 1, clients: 1, alarms: 1, recordings: 3, journals: 2 }],
    [
      'a callsign',
      ['--callsign', 'ANNA'],
      { outcomes: 2, nodes: 1, clients: 1, alarms: 1, recordings: 3, journals: 1 },
    ],
    ['a node', ['--uid', '!15465D8D'], { outcomes: 1, nodes: 1, routes: 1, recordings: 2 }],
    ['the contact of a node', ['--uid', 'MESHTASTIC-15465D8D'], { outcomes: 1, nodes: 1, routes: 1, recordings: 2 }],
    ['a time', ['--before', '2026-02-01'], { outcomes: 1, nodes: 1, clients: 1, alarms: 1, routes: 1, recordings: 3 }],
    [
      'both',
      ['--uid', ANNA.uid, '--before', '2026-02-01'],
      { outcomes: 1, nodes: 1, clients: 1, alarms: 1, recordings: 3 },
    ],
    ['nobody', ['--uid', 'ANDROID-ann'], { journals: 2 }],
  ])('is shown of %s', async (_, words, counts) => {
    expect(await stores(...words)).toEqual(counts);
  });

  it('of somebody goes, from every byte but what is on its way', async () => {
    await erase('--uid', ANNA.uid, '--yes');
    expect(process.exitCode).toBeUndefined();
    expect(command.printed.join('\n')).toMatch(/outcomes +2[\s\S]*Not touched: what is on its way/);
    expect(await stores('--uid', ANNA.uid)).toEqual({ journals: 2 });
    expect(everything()).not.toContain('my secret');
    expect(everything()).not.toContain('Anna radio');
    expect(await stores()).toEqual({ outcomes: 1, nodes: 1, alarms: 1, routes: 1, recordings: 1, journals: 2 });
    // Each item still has its outcome, and the numbers of the others are what they were.
    const batches = await readStoredJournal({ folder: data, name: 'outcomes-base', fs: nodeJournalFs });
    expect(batches.map(({ payload }: StoredRecord) => payload.length > 0)).toEqual([true, true]);
    expect(existsSync(join(data, 'console-console/tokens.json'))).toBe(true);
    expect(gunzipSync(readFileSync(join(data, 'recordings/cotbus-20260101T000000000Z.jsonl.gz'))).toString()).toContain(
      '"gap"',
    );
  });

  it('goes whole, with the journals of custody', async () => {
    await erase('--all', '--with-journals', '--yes');
    expect(command.printed.join('\n')).toContain('Journals that are gone: sink-tak, waiting-tak');
    expect(command.printed.join('\n')).toContain('A copy lies outside');
    expect(await stores()).toEqual({});
    expect(everything()).not.toMatch(/anna|Bob|secret|route-1/i);
    expect(readdirSync(join(data, 'TAK Routes'))).toEqual([]);
    expect(existsSync(join(command.folder, 'elsewhere.zip'))).toBe(true);
  });

  it('stays until it is said with --yes', async () => {
    const before = everything();
    await erase('--uid', ANNA.uid);
    expect(process.exitCode).toBe(2);
    expect(command.printed.join('\n')).toMatch(/Would go[\s\S]*nodes +1/);
    expect(command.complained.join()).toContain('--yes');
    expect(everything()).toBe(before);
  });

  it.each([
    [['--yes'], '--all'],
    [['--all', '--uid', 'x', '--yes'], '--all'],
    [['--uid', '', '--yes'], 'expected a name'],
  ])('stays when it is not said whose: %j', async (words, why) => {
    const before = everything();
    await erase(...words);
    expect([process.exitCode, command.complained.join()]).toEqual([2, expect.stringContaining(why)]);
    expect(everything()).toBe(before);
  });

  it('stays while Cotbus runs', async () => {
    const lock = await nodeJournalFs.lock(join(data, 'sink-tak'));
    await erase('--all', '--yes');
    expect([process.exitCode, command.complained.join()]).toEqual([2, expect.stringContaining('Cotbus runs on')]);
    expect(await stores()).toMatchObject({ nodes: 2 });
    if ('release' in lock) await lock.release();
  });

  it('says that there is no such folder', async () => {
    await command.runWord('export', '--data', join(data, 'nowhere'));
    expect([process.exitCode, command.complained.join()]).toEqual([2, expect.stringContaining('--data')]);
  });

  it('is read up to where a recording is damaged', async () => {
    const file = join(data, 'recordings/cotbus-20260101T000000000Z.jsonl.gz');
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, bytes.length - 20));
    expect((await stores())['recordings']).toBeGreaterThanOrEqual(2);
  });

  it('goes by itself when it is older than retention.days says', async () => {
    const clock = fakeClock();
    const options = gatewayOptions.parse({
      retention: { days: 30 },
      journals: { folder: data },
      record: { folder: join(data, 'recordings') },
    });
    const nowMs = (): number => Date.UTC(2026, 5, 2);
    const end = await startRetention(options, silentLog(), { ...clock, now: nowMs });
    expect(await stores()).toEqual({ outcomes: 2, nodes: 1, alarms: 1, recordings: 1, journals: 2 });
    const recording = join(data, 'recordings/cotbus-20260101T000000000Z.jsonl.gz');
    utimesSync(recording, new Date(OLD), new Date(OLD));
    clock.advance(60 * 60_000);
    await expect.poll(() => existsSync(recording)).toBe(false);
    end();
  });
});

describe('who is meant', () => {
  it.each([
    [['MESHTASTIC-15465D8D'], ['MESHTASTIC-15465D8D', '!15465d8d']],
    [['!15465D8D'], ['!15465D8D', '!15465d8d']],
    [['ID-15465d8d'], ['ID-15465d8d', '!15465d8d']],
    [['ANDROID-0d7e5a91c2b84f36'], ['ANDROID-0d7e5a91c2b84f36']],
  ])('%j: %j', (uids, names) => {
    expect(wishFor(uids, []).names).toEqual(names);
  });

  it('is whoever is named in an event, and not who is only talked of', () => {
    expect(namesInXml(chat('ask BOB'))).toEqual(
      expect.arrayContaining([ANNA.uid, ANNA.callsign, `GeoChat.${ANNA.uid}.All Chat Rooms.1`]),
    );
    expect(namesInXml(chat('ask BOB'))).not.toContain('BOB');
    expect(namesInXml(`<contact callsign='A &amp; "B"'/>`)).toEqual(['A & "B"']);
  });
});
