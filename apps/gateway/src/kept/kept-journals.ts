/** What journals keep of people: outcomes, nodes of the mesh, clients, and what is on its way or has just ended. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fromBinary, toBinary, toJson } from '@bufbuild/protobuf';
import { createMessage, NodeStateSchema, nodeText, OutcomeBatchSchema } from '@cotbus/contracts';
import type { NodeState, Outcome } from '@cotbus/contracts';
import { nodeJournalFs, readStoredJournal, rewriteStoredJournal, systemClock } from '@cotbus/service';
import type { StoredRecord } from '@cotbus/service';
import { outcomeFields } from '../outcome-fields.ts';
import { isMeant } from './kept-entry.ts';
import type { KeptEntry, KeptWish } from './kept-entry.ts';

/** By the beginning of the name; sizes are those of whoever opens it. */
const KINDS = [
  { prefix: 'outcomes-', segmentBytes: 2 * 1024 * 1024 },
  { prefix: 'nodes-', segmentBytes: 128 * 1024 },
  { prefix: 'waiting-', segmentBytes: 4 * 1024 * 1024 },
] as const;
/** Of custody: what was accepted and is not settled, and what was settled since the last snapshot. */
const CUSTODY = /^(?:origin|sink)-/;

const foldersOf = async (data: string): Promise<readonly string[]> => {
  const found = await readdir(data, { withFileTypes: true }).catch(() => []);
  return found
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
};

const parsed = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

const hex = (num: number): string => num.toString(16).padStart(8, '0');
const namesOfNode = ({ num, longName, shortName, tak }: NodeState): readonly string[] => [
  `!${hex(num)}`,
  `MESHTASTIC-${hex(num).toUpperCase()}`,
  longName,
  shortName,
  ...(tak === undefined ? [] : [tak.uid, tak.callsign]),
];
const namesOfOutcome = ({ uid, callsign, node }: Outcome): readonly string[] => [
  uid,
  callsign,
  ...(node === 0 ? [] : [nodeText(node)]),
];

/** What was erased before says nothing of anybody. */
const isAboutSomebody = ({ uid, callsign, node, detail }: Outcome): boolean =>
  node !== 0 || [uid, callsign, detail].some((said) => said !== '');

/** Of a journal of waiting events: a client, or what waits. */
interface WaitingEntry {
  readonly client?: { readonly id: string; readonly uid: string; readonly callsign: string; readonly seenMs: number };
  readonly waits?: { readonly xml: string; readonly sinceMs: number };
}
const waitingEntry = ({ payload }: StoredRecord): WaitingEntry | undefined =>
  parsed(() => JSON.parse(Buffer.from(payload).toString()) as WaitingEntry);

const entriesOf = (place: string, record: StoredRecord): readonly KeptEntry[] => {
  if (place.startsWith('outcomes-')) {
    const batch = parsed(() => fromBinary(OutcomeBatchSchema, record.payload));
    return (batch?.outcomes ?? []).filter(isAboutSomebody).map((outcome) => ({
      store: 'outcomes',
      place,
      atMs: outcome.atMs,
      names: namesOfOutcome(outcome),
      content: outcomeFields(outcome, batch?.owner ?? ''),
    }));
  }
  if (place.startsWith('nodes-')) {
    const state = parsed(() => fromBinary(NodeStateSchema, record.payload));
    if (state === undefined) return [];
    const atMs = state.atMs - state.heardAgeMs;
    return [{ store: 'nodes', place, atMs, names: namesOfNode(state), content: toJson(NodeStateSchema, state) }];
  }
  const entry = place.startsWith('waiting-') ? waitingEntry(record) : undefined;
  if (entry?.client !== undefined) {
    const { uid, callsign, seenMs } = entry.client;
    return [{ store: 'clients', place, atMs: seenMs, names: [uid, callsign], content: entry.client }];
  }
  return [];
};

/** Reads while Cotbus runs, too. */
export const readKeptJournals = async function* (data: string, wish: KeptWish): AsyncGenerator<KeptEntry> {
  for (const place of await foldersOf(data)) {
    const isKnown = KINDS.some(({ prefix }) => place.startsWith(prefix));
    if (!isKnown && !CUSTODY.test(place)) continue;
    for (const record of await readStoredJournal({ folder: data, name: place, fs: nodeJournalFs })) {
      for (const entry of entriesOf(place, record)) if (isMeant(entry, wish)) yield entry;
      const raw = rawEntry(place, record, wish);
      if (raw !== undefined) yield raw;
    }
  }
};

/** What is on its way, as bytes: nobody but its service takes them apart. */
const rawEntry = (
  place: string,
  { key, payload }: StoredRecord,
  { names, beforeMs }: KeptWish,
): KeptEntry | undefined => {
  const isRaw =
    CUSTODY.test(place) || (place.startsWith('waiting-') && waitingEntry({ key, className: '', payload })?.waits);
  const bytes = Buffer.from(payload);
  if (isRaw === false || isRaw === undefined || beforeMs !== undefined) return undefined;
  if (names.length > 0 && !names.some((name) => bytes.includes(name))) return undefined;
  return { store: 'journals', place, atMs: undefined, names, content: { key, bytes: bytes.toString('base64') } };
};

/** Who has a journal of the folder, or the folder of recordings, open now. */
export const openedBy = async (data: string, recordings: string): Promise<readonly string[]> => {
  const holders: string[] = [];
  for (const folder of [...(await foldersOf(data)).map((place) => join(data, place)), recordings]) {
    const lock = await nodeJournalFs.lock(folder).catch(() => undefined);
    if (lock === undefined) continue;
    if ('heldBy' in lock) holders.push(lock.heldBy);
    else await lock.release();
  }
  return [...new Set(holders)];
};

/**
 * Nodes and clients go. Outcomes stay as what they are, one for each item and destination, and lose whom and what they were
 * about.
 * @returns how many of each
 */
export const eraseKeptJournals = async (data: string, wish: KeptWish): Promise<Readonly<Record<string, number>>> => {
  const erased: Record<string, number> = {};
  const note = (store: string): void => {
    erased[store] = (erased[store] ?? 0) + 1;
  };
  for (const place of await foldersOf(data)) {
    const kind = KINDS.find(({ prefix }) => place.startsWith(prefix));
    if (kind === undefined) continue;
    const journal = {
      folder: data,
      name: place,
      fs: nodeJournalFs,
      clock: systemClock,
      segmentBytes: kind.segmentBytes,
    };
    const records = await readStoredJournal(journal);
    if (!records.some((record) => entriesOf(place, record).some((entry) => isMeant(entry, wish)))) continue;
    await rewriteStoredJournal(journal, (record) => {
      const meant = entriesOf(place, record).filter((entry) => isMeant(entry, wish));
      for (const { store } of meant) note(store);
      if (meant.length === 0) return record.payload;
      return place.startsWith('outcomes-') ? withoutNames(record.payload, wish) : undefined;
    });
  }
  return erased;
};

const withoutNames = (payload: Uint8Array, wish: KeptWish): Uint8Array => {
  const batch = fromBinary(OutcomeBatchSchema, payload);
  const outcomes = batch.outcomes.map((outcome) =>
    isMeant({ names: namesOfOutcome(outcome), atMs: outcome.atMs }, wish)
      ? { ...outcome, uid: '', callsign: '', node: 0, packetId: 0, detail: '' }
      : outcome,
  );
  return toBinary(OutcomeBatchSchema, createMessage('outcome', { ...batch, outcomes }));
};

/** Journals of custody, whole. What is on its way in them is lost, and has no outcome. @returns their names */
export const removeCustody = async (data: string): Promise<readonly string[]> => {
  const names = (await foldersOf(data)).filter((name) => CUSTODY.test(name) || name.startsWith('waiting-'));
  for (const name of names) await rm(join(data, name), { recursive: true });
  return names;
};
