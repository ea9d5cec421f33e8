/**
 * The copy of its journals that the active instance makes for the standby: first the files there are, then every write as it
 * happens. In numbered messages, few of them unanswered, sent again until they are taken. Pure.
 */
import type { CopyAnswer, CopyMessage, CopyStep } from './copy-steps.ts';

/** A message of the bus is smaller. */
const MESSAGE_BYTES = 128 * 1024;
const STEP_BYTES = 32;
const MAX_UNTAKEN = 16;
/** What is written while files are copied waits here; who is slower gets no copy. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
const RESEND_MS = 1_000;

export type SourceOutput =
  | { readonly kind: 'send'; readonly message: CopyMessage }
  /** Answer with `loaded`; one at a time. */
  | { readonly kind: 'load'; readonly copy: bigint; readonly file: string }
  /** All steps up to this number are at the other one, or need not be. */
  | { readonly kind: 'confirmed'; readonly upTo: number }
  | { readonly kind: 'copied'; readonly copy: bigint }
  | { readonly kind: 'copy_lost'; readonly copy: bigint };

export interface CopySourceOptions {
  /** Without an answer for so long, the other one is gone. */
  readonly patienceMs: number;
}

type Queued = { readonly step: CopyStep; readonly number: number } | { readonly file: string };

export interface CopySource {
  begin(beginning: Beginning): SourceOutput[];
  /** Ends the copy, and confirms what waits for it. */
  end(): SourceOutput[];
  /** Something is written. @returns its number, which `confirmed` names in this call or later. */
  write(step: CopyStep, nowMs: number): { readonly number: number; readonly outputs: SourceOutput[] };
  /** @param bytes undefined when the file is gone */
  loaded(copy: bigint, file: string, bytes: Uint8Array | undefined, nowMs: number): SourceOutput[];
  taken(answer: CopyAnswer, nowMs: number): SourceOutput[];
  tick(nowMs: number): SourceOutput[];
}

interface Untaken {
  readonly message: CopyMessage;
  /** Newest step of a writer in it. */
  readonly upTo: number;
}

interface SourceState {
  readonly patienceMs: number;
  copy: bigint;
  epoch: number;
  queue: Queued[];
  waitingBytes: number;
  untaken: Untaken[];
  loading: string | undefined;
  /** Of the files that there were and what was written meanwhile: steps still to be sent, once they are counted. */
  initialLeft: number | undefined;
  /** With this message the other one has them all. */
  wholeAt: number | undefined;
  isCopied: boolean;
  /** The other one did not answer: what is written waits for `end`. */
  isLost: boolean;
  nextMessage: number;
  lastWrite: number;
  confirmed: number;
  progressMs: number;
  sentMs: number;
  outputs: SourceOutput[];
}

export const createCopySource = ({ patienceMs }: CopySourceOptions): CopySource => {
  const state: SourceState = {
    patienceMs,
    copy: 0n,
    epoch: 0,
    queue: [],
    waitingBytes: 0,
    untaken: [],
    loading: undefined,
    initialLeft: undefined,
    wholeAt: undefined,
    isCopied: false,
    isLost: false,
    nextMessage: 1,
    lastWrite: 0,
    confirmed: 0,
    progressMs: 0,
    sentMs: 0,
    outputs: [],
  };
  const doing = (act: () => void): SourceOutput[] => {
    state.outputs = [];
    act();
    return state.outputs;
  };
  return {
    begin: (beginning) => doing(() => begin(state, beginning)),
    end: () => doing(() => end(state)),
    write: (step, nowMs) => {
      const outputs = doing(() => write(state, step, nowMs));
      return { number: state.lastWrite, outputs };
    },
    loaded: (copy, file, bytes, nowMs) => doing(() => loaded(state, { copy, file, bytes, nowMs })),
    taken: (answer, nowMs) => doing(() => taken(state, answer, nowMs)),
    tick: (nowMs) => doing(() => tick(state, nowMs)),
  };
};

interface Beginning {
  readonly copy: bigint;
  /** Of this instance. */
  readonly epoch: number;
  readonly folders: readonly string[];
  /** In the order in which they were made. */
  readonly files: readonly string[];
  readonly nowMs: number;
}

const begin = (state: SourceState, { copy, epoch, folders, files, nowMs }: Beginning): void => {
  end(state);
  Object.assign(state, { copy, epoch, nextMessage: 1, progressMs: nowMs, sentMs: nowMs });
  state.queue = [{ step: { kind: 'begin', folders }, number: 0 }, ...files.map((file) => ({ file }))];
  countInitial(state);
  send(state, nowMs);
};

/** From here on the copy is relied on: every write waits for its answer. */
const countInitial = (state: SourceState): void => {
  if (!state.queue.some((one) => 'file' in one)) state.initialLeft = state.queue.length;
};

const end = (state: SourceState): void => {
  Object.assign(state, { copy: 0n, queue: [], waitingBytes: 0, untaken: [], loading: undefined });
  Object.assign(state, { initialLeft: undefined, wholeAt: undefined, isCopied: false, isLost: false });
  confirm(state, state.lastWrite);
};

const confirm = (state: SourceState, upTo: number): void => {
  if (upTo <= state.confirmed) return;
  state.confirmed = upTo;
  state.outputs.push({ kind: 'confirmed', upTo });
};

const write = (state: SourceState, step: CopyStep, nowMs: number): void => {
  state.lastWrite += 1;
  if (state.copy === 0n) {
    confirm(state, state.lastWrite);
    return;
  }
  if (state.isLost) return;
  state.queue.push({ step, number: state.lastWrite });
  state.waitingBytes += sizeOf(step);
  // As long as the copy has holes nobody relies on it.
  if (state.initialLeft === undefined) confirm(state, state.lastWrite);
  if (state.waitingBytes > MAX_WAITING_BYTES) lose(state);
  else send(state, nowMs);
};

const lose = (state: SourceState): void => {
  const { copy } = state;
  Object.assign(state, { queue: [], waitingBytes: 0, untaken: [], isLost: true });
  state.outputs.push({ kind: 'copy_lost', copy });
};

const sizeOf = (step: CopyStep): number => STEP_BYTES + (step.kind === 'append' ? step.bytes.length : 0);

const send = (state: SourceState, nowMs: number): void => {
  if (state.isLost) return;
  while (state.untaken.length < MAX_UNTAKEN) {
    const [first] = state.queue;
    if (first === undefined) break;
    if ('file' in first) {
      if (state.loading !== undefined) return;
      state.loading = first.file;
      state.outputs.push({ kind: 'load', copy: state.copy, file: first.file });
      return;
    }
    sendMessage(state, takeSteps(state), nowMs);
  }
};

interface Numbered {
  readonly step: CopyStep;
  readonly number: number;
}

/** As many as a message holds; a long one is cut. */
const takeSteps = (state: SourceState): Numbered[] => {
  const steps: Numbered[] = [];
  let left = MESSAGE_BYTES;
  for (let [next] = state.queue; next !== undefined && !('file' in next) && left > STEP_BYTES; [next] = state.queue) {
    const { step, number } = next;
    if (step.kind === 'append' && sizeOf(step) > left) {
      const cut = left - STEP_BYTES;
      steps.push({ step: { ...step, bytes: step.bytes.subarray(0, cut) }, number: number - 1 });
      const rest = { ...step, offset: step.offset + cut, bytes: step.bytes.subarray(cut) };
      state.queue[0] = { step: rest, number };
      state.waitingBytes -= cut;
      break;
    }
    state.queue.shift();
    if (state.initialLeft !== undefined) state.initialLeft -= 1;
    state.waitingBytes -= sizeOf(step);
    left -= sizeOf(step);
    steps.push(next);
  }
  return steps;
};

const sendMessage = (state: SourceState, steps: readonly Numbered[], nowMs: number): void => {
  const message = {
    copy: state.copy,
    epoch: state.epoch,
    number: state.nextMessage,
    steps: steps.map(({ step }) => step),
  };
  state.nextMessage += 1;
  // Nothing was under way: the answer is due from now on.
  if (state.untaken.length === 0) Object.assign(state, { progressMs: nowMs, sentMs: nowMs });
  state.untaken.push({ message, upTo: steps.at(-1)?.number ?? 0 });
  if (state.initialLeft !== undefined && state.initialLeft <= 0) state.wholeAt ??= message.number;
  state.outputs.push({ kind: 'send', message });
};

const loaded = (
  state: SourceState,
  { copy, file, bytes, nowMs }: { copy: bigint; file: string; bytes: Uint8Array | undefined; nowMs: number },
): void => {
  if (copy !== state.copy || state.loading !== file) return;
  state.loading = undefined;
  state.queue.shift();
  if (bytes !== undefined) {
    const step: CopyStep = { kind: 'append', file, offset: 0, bytes };
    state.queue.unshift({ step, number: 0 });
    state.waitingBytes += sizeOf(step);
  }
  countInitial(state);
  send(state, nowMs);
};

const taken = (state: SourceState, { copy, epoch, number }: CopyAnswer, nowMs: number): void => {
  if (copy !== state.copy || epoch !== state.epoch) return;
  const before = state.untaken.length;
  const done = state.untaken.filter(({ message }) => message.number <= number);
  state.untaken = state.untaken.slice(done.length);
  if (state.untaken.length < before) Object.assign(state, { progressMs: nowMs, sentMs: nowMs });
  confirm(state, Math.max(0, ...done.map(({ upTo }) => upTo)));
  send(state, nowMs);
  if (state.isCopied || state.wholeAt === undefined || number < state.wholeAt) return;
  state.isCopied = true;
  state.outputs.push({ kind: 'copied', copy });
};

const tick = (state: SourceState, nowMs: number): void => {
  if (state.copy === 0n || state.untaken.length === 0) return;
  if (nowMs - state.progressMs >= state.patienceMs) {
    lose(state);
    return;
  }
  if (nowMs - state.sentMs < RESEND_MS) return;
  state.sentMs = nowMs;
  for (const { message } of state.untaken) state.outputs.push({ kind: 'send', message });
};
