/** What a copy of journals consists of, as plain data. */

export type CopyStep =
  /** A new copy begins: the files of these folders are forgotten. */
  | { readonly kind: 'begin'; readonly folders: readonly string[] }
  /** What the file already has of it is the same. */
  | { readonly kind: 'append'; readonly file: string; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly file: string; readonly offset: number }
  | { readonly kind: 'sync'; readonly file: string }
  | { readonly kind: 'remove'; readonly file: string };

export interface CopyMessage {
  /** As the standby asked for it. */
  readonly copy: bigint;
  /** Of the active instance: a new life of it numbers anew. */
  readonly epoch: number;
  /** From 1 for each copy, without holes. */
  readonly number: number;
  readonly steps: readonly CopyStep[];
}

/** All up to this message is in the journals of the standby. */
export type CopyAnswer = Omit<CopyMessage, 'steps'>;

/** Of a file among the journals: a folder of journals and a segment. */
const FILE = /^([A-Za-z0-9][A-Za-z0-9_.-]{0,63})\/(\d{10}\.segment)$/;
const FOLDER = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

export const isCopiedFile = (file: string): boolean => FILE.test(file);

/** What comes from the bus names files: nothing else than journals may be written. */
export const isSafeStep = (step: CopyStep): boolean =>
  step.kind === 'begin' ? step.folders.every((folder) => FOLDER.test(folder)) : isCopiedFile(step.file);
