/** What an instance of a pair must still know after it was killed, in a journal of its own that is not copied. */
import { openJournal, ServiceError } from '@cotbus/service';
import type { ServiceContext } from '@cotbus/service';
import type { Standing } from './words.ts';

const KEY = 'standing';
const SEGMENT_BYTES = 4096;
const MAX_BYTES = 8 * SEGMENT_BYTES;

export interface StandingJournal {
  readonly kept: Standing | undefined;
  /** @param done it is on the disk; never called when the disk does not take it. */
  keep(standing: Standing, done: () => void): void;
  close(): Promise<void>;
}

/** @throws ServiceError `journal_unusable` when the folder cannot hold it, or another process has it. */
export const openStandingJournal = async (context: ServiceContext, name: string): Promise<StandingJournal> => {
  const { journals, nonce, clock, log } = context;
  const waiting: { readonly seq: number; readonly done: () => void }[] = [];
  const journal = await openJournal({
    folder: journals.folder,
    fs: journals.fs,
    name,
    maxBytes: MAX_BYTES,
    segmentBytes: SEGMENT_BYTES,
    nonce,
    clock,
    log,
    onEvent: (event) => {
      if (event.kind !== 'synced') return;
      while (waiting[0] !== undefined && waiting[0].seq <= event.to) waiting.shift()?.done();
    },
  }).catch((error: unknown) => {
    throw new ServiceError('journal_unusable', error instanceof Error ? error.message : String(error), error);
  });
  return {
    kept: read(journal.recovered.findLast(({ key }) => key === KEY)?.payload),
    keep: (standing, done) => {
      const answer = journal.append({ key: KEY, payload: write(standing), sync: true });
      if (answer.ok) waiting.push({ seq: answer.seq, done });
      else log.error({ reason: answer.reason }, 'pair.standing_not_kept');
    },
    close: () => journal.close(),
  };
};

const write = ({ epoch, isAlone, isWhole }: Standing): Uint8Array =>
  new TextEncoder().encode(JSON.stringify({ epoch, isAlone, isWhole }));

const read = (payload: Uint8Array | undefined): Standing | undefined => {
  if (payload === undefined) return undefined;
  try {
    const { epoch, isAlone, isWhole } = JSON.parse(new TextDecoder().decode(payload)) as Partial<Standing>;
    if (epoch === undefined || !Number.isInteger(epoch)) return undefined;
    return { epoch, isAlone: isAlone === true, isWhole: isWhole === true };
  } catch {
    return undefined;
  }
};
