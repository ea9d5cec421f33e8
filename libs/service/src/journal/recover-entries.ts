/** What the segments of a journal say after a start. Pure. */
import { decodeEntry } from './entry.ts';
import type { Entry } from './entry.ts';
import { RECORD_HEADER_BYTES, scanRecords } from './record.ts';

type Put = Extract<Entry, { kind: 'put' }>;

interface RecoveredVersion {
  readonly entry: Put;
  /** Number of the segment it stands in. */
  readonly segment: number;
  /** Length of its record. */
  readonly bytes: number;
}

export interface Recovery {
  /** The newest start, if any is readable. */
  readonly start: { readonly nonce: bigint; readonly incarnation: number } | undefined;
  /** Above every number in the segments. */
  readonly nextSeq: number;
  /** Oldest first. Payloads are copies. */
  readonly live: readonly RecoveredVersion[];
  /** Segments that end in a piece of a record: ordinary after a kill or a loss of power. */
  readonly tornTails: number;
  /** Broken stretches with intact records behind them, and records that say nothing known. */
  readonly damaged: number;
}

/** @param segments oldest first. */
export const recoverEntries = (segments: readonly { number: number; bytes: Uint8Array }[]): Recovery => {
  const newest = new Map<string, RecoveredVersion>();
  const killed = new Map<string, number>();
  const versions: RecoveredVersion[] = [];
  let start: Recovery['start'];
  let nextSeq = 1;
  let tornTails = 0;
  let damaged = 0;

  const take = (entry: Entry, segment: number, bodyBytes: number): void => {
    nextSeq = Math.max(nextSeq, entry.kind === 'start' ? entry.nextSeq : entry.seq + 1);
    if (entry.kind === 'start') start = { nonce: entry.nonce, incarnation: entry.incarnation };
    else if (entry.kind === 'kill') killed.set(entry.key, Math.max(entry.seq, killed.get(entry.key) ?? 0));
    else versions.push({ entry, segment, bytes: RECORD_HEADER_BYTES + bodyBytes });
  };

  for (const { number, bytes } of segments) {
    const scan = scanRecords(bytes);
    damaged += scan.gaps;
    if (scan.validBytes < bytes.length) tornTails += 1;
    for (const { body } of scan.records) {
      const entry = decodeEntry(body);
      if (entry === undefined) damaged += 1;
      else take(entry, number, body.length);
    }
  }
  for (const version of versions) {
    const { key, seq } = version.entry;
    if (seq < (killed.get(key) ?? 0)) continue;
    // Equal numbers are copies of one version: the later one is where it was moved to.
    if (seq >= (newest.get(key)?.entry.seq ?? 0)) newest.set(key, version);
  }
  const live = [...newest.values()]
    .map((version) => ({ ...version, entry: { ...version.entry, payload: version.entry.payload.slice() } }))
    .sort((a, b) => a.entry.seq - b.entry.seq);
  return { start, nextSeq, live, tornTails, damaged };
};
