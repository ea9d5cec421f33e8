/**
 * An active/standby pair of one egress: the machines of lease and copy at work, with the bus, the journals and the clock. The
 * active instance is the egress; the standby has its journals and nothing else.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { pairInstances } from '@cotbus/contracts';
import type { ServiceContext } from '@cotbus/service';
import { openLife } from './active-life.ts';
import type { ActiveLife } from './active-life.ts';
import { createCopiedFiles } from './copied-files.ts';
import { createCopySink } from './copy-sink.ts';
import type { SinkOutput } from './copy-sink.ts';
import { createCopySource } from './copy-source.ts';
import type { CopySource, SourceOutput } from './copy-source.ts';
import type { CopyMessage } from './copy-steps.ts';
import { createLease } from './lease.ts';
import type { LeaseInput, LeaseOutput } from './lease-ports.ts';
import type { Lease } from './lease.ts';
import { LeaseLostError, mirrorJournals } from './mirrored-journals.ts';
import type { MirroredJournals } from './mirrored-journals.ts';
import { copyMessage, readCopy, readWord, takenMessage, wordMessage } from './pair-messages.ts';
import { reportPair } from './pair-report.ts';
import { openStandingJournal } from './standing-journal.ts';
import type { StandingJournal } from './standing-journal.ts';
import type { Standing } from './words.ts';

const MAX_SEGMENT_BYTES = 64 * 1024 * 1024;
/** Looks at clocks so many times within a lease. */
const TICKS = 20;

interface PairOptions {
  readonly instance: (typeof pairInstances)[number];
  readonly leaseSeconds: number;
  readonly whenBehind: 'wait' | 'takeOver';
}

export interface PairParts {
  readonly context: ServiceContext;
  /** Of both. */
  readonly name: string;
  readonly options: PairOptions;
  /** Opens the egress. @param mayWrite to TAK. */
  readonly start: (context: ServiceContext, mayWrite: () => boolean) => Promise<void>;
}

/** Input as the machines take it, without the time. */
type Timeless<T> = T extends unknown ? Omit<T, 'nowMs'> : never;

/** Starts it; it ends through the context. @throws ServiceError `journal_unusable`. */
export const runPair = async (parts: PairParts): Promise<void> => {
  const { context, name, options } = parts;
  const standing = await openStandingJournal(context, `pair-${name}`);
  const pair = new Pair(parts, standing, await standingOf(context, standing, name));
  context.onStop('the pair', () => pair.leave());
  await pair.listen();
  context.log.info({ pair: name, as: options.instance }, 'pair.standby');
};

/** Who comes with journals of its own has what nobody else has. */
const standingOf = async (
  { journals }: ServiceContext,
  { kept }: StandingJournal,
  name: string,
): Promise<Standing | undefined> => {
  if (kept !== undefined) return kept;
  const files = await journals.fs.list(join(journals.folder, `sink-${name}`)).catch(() => []);
  return files.some((file) => file.endsWith('.segment')) ? { epoch: 0, isAlone: true, isWhole: true } : undefined;
};

const random64 = (): bigint => randomBytes(8).readBigUInt64LE() | 1n;

class Pair {
  readonly #parts: PairParts;
  readonly #standing: StandingJournal;
  readonly #lease: Lease;
  readonly #source: CopySource;
  readonly #sink = createCopySink();
  readonly #copied;
  readonly #other: string;
  #journals: MirroredJournals | undefined;
  #life: ActiveLife | undefined;
  #closing: Promise<void> | undefined;
  /** Writes that wait for the standby, by their numbers. */
  readonly #writes = new Map<number, { readonly done: () => void; readonly lost: (error: Error) => void }>();
  /** Steps of the copy are written one after the other, and before links are opened. */
  #copying = Promise.resolve();
  readonly #left: Promise<void>;
  #hasLeft = (): void => {};
  #stopTicks = (): void => {};

  constructor(parts: PairParts, standing: StandingJournal, kept: Standing | undefined) {
    const { context, options } = parts;
    const { clock, journals } = context;
    const leaseMs = options.leaseSeconds * 1000;
    this.#parts = parts;
    this.#standing = standing;
    this.#other = pairInstances.find((one) => one !== options.instance) ?? '';
    this.#lease = createLease(
      {
        instance: options.instance,
        leaseMs,
        life: random64(),
        newCopy: random64,
        takesOverBehind: options.whenBehind === 'takeOver',
      },
      kept,
      clock.monotonic(),
    );
    this.#source = createCopySource({ patienceMs: leaseMs / 2 });
    this.#copied = createCopiedFiles(journals.fs, journals.folder);
    this.#left = new Promise((resolve) => {
      this.#hasLeft = resolve;
    });
  }

  async listen(): Promise<void> {
    const { context, name, options } = this.#parts;
    const { bus, clock } = context;
    await bus.subscribe('pairWord', { name }, (message) => {
      const word = message && readWord(message);
      if (word !== undefined) this.#feed({ kind: 'word', word });
    });
    await bus.subscribe('pairCopy', { name, instance: this.#other }, (message) => {
      const copy = message && readCopy(message);
      if (copy !== undefined && this.#lease.role === 'standby') this.#takeCopy(copy);
    });
    await bus.subscribe('pairTaken', { name, instance: this.#other }, (answer) => {
      if (answer !== undefined) this.#actSource(this.#source.taken(answer, clock.monotonic()));
    });
    const connection = (now: boolean): void => this.#feed({ kind: now ? 'connected' : 'disconnected' });
    bus.onConnection(connection);
    connection(bus.connected);
    this.#stopTicks = clock.every((options.leaseSeconds * 1000) / TICKS, () => {
      this.#feed({ kind: 'tick' });
      this.#actSource(this.#source.tick(clock.monotonic()));
      reportPair(context, this.#lease, name, this.#other);
    });
  }

  /** Closes links, then says that it is active no more: the other one need not wait for its lease to end. */
  async leave(): Promise<void> {
    this.#feed({ kind: 'leave' });
    if (this.#life === undefined) this.#hasLeft();
    await this.#left;
    await this.#closing;
    this.#stopTicks();
    await this.#copying;
    await this.#copied.close();
    await this.#standing.close();
  }

  #feed(input: Timeless<LeaseInput>): void {
    const nowMs = this.#parts.context.clock.monotonic();
    for (const output of this.#lease.handle({ ...input, nowMs })) this.#act(output);
  }

  #act(output: LeaseOutput): void {
    const { context, name, options } = this.#parts;
    const { bus, log, status } = context;
    switch (output.kind) {
      case 'say':
        bus.publish('pairWord', wordMessage(name, output.word));
        break;
      case 'keep':
        this.#standing.keep(output.standing, () => this.#feed({ kind: 'kept', number: output.number }));
        break;
      case 'open':
        log.warn({ pair: name, as: options.instance }, 'pair.active');
        status.count('pair_takeovers_total');
        this.#open();
        break;
      case 'shut':
        log.warn({ pair: name, as: options.instance, lost: output.fenced }, 'pair.closing');
        this.#shut();
        break;
      case 'alone':
        this.#actSource(this.#source.end());
        break;
      case 'copy':
        if (this.#journals === undefined) break;
        this.#actSource(
          this.#source.begin({ ...output, ...this.#journals.contents(), nowMs: context.clock.monotonic() }),
        );
        break;
    }
  }

  #open(): void {
    const { context, name, start } = this.#parts;
    const { clock, journals, log, status } = context;
    const holds = (): boolean => this.#lease.holds(clock.monotonic());
    const mirrored = mirrorJournals(journals.fs, journals.folder, {
      holds,
      write: (step) =>
        new Promise((done, lost) => {
          const { number, outputs } = this.#source.write(step, clock.monotonic());
          this.#writes.set(number, { done, lost });
          this.#actSource(outputs);
        }),
    });
    this.#journals = mirrored;
    const life = openLife({
      context,
      name,
      fs: mirrored.fs,
      holds,
      start: async (own) => {
        await this.#copying;
        await this.#copied.close();
        await start(own, holds);
      },
    });
    this.#life = life;
    life.opened.then(
      () => status.setFault('pair', undefined),
      (error: unknown) => {
        if (this.#life !== life || !holds()) return;
        log.error({ err: error }, 'pair.cannot_open');
        status.setFault('pair', `tak.pair: ${error instanceof Error ? error.message : String(error)}`);
        this.#feed({ kind: 'failed' });
      },
    );
  }

  /** What waits for the standby is refused when the lease is lost: nobody is told that it was accepted. */
  #shut(): void {
    const { clock } = this.#parts.context;
    if (!this.#lease.holds(clock.monotonic())) {
      this.#source.end();
      const lost = [...this.#writes.values()];
      this.#writes.clear();
      for (const write of lost) write.lost(new LeaseLostError());
    }
    const life = this.#life;
    if (this.#closing !== undefined) return;
    this.#closing = (life?.close() ?? Promise.resolve()).then(() => {
      this.#closing = undefined;
      this.#life = undefined;
      this.#journals = undefined;
      this.#feed({ kind: 'closed' });
      this.#hasLeftIfGone();
    });
  }

  #hasLeftIfGone(): void {
    if (this.#parts.context.signal.aborted) this.#hasLeft();
  }

  #actSource(outputs: readonly SourceOutput[]): void {
    const { context, name, options } = this.#parts;
    const { bus, clock, journals } = context;
    for (const output of outputs) {
      switch (output.kind) {
        case 'send':
          bus.publish('pairCopy', copyMessage(name, options.instance, output.message));
          break;
        case 'load': {
          const { copy, file } = output;
          const loaded = (bytes: Uint8Array | undefined): void =>
            this.#actSource(this.#source.loaded(copy, file, bytes, clock.monotonic()));
          journals.fs.read(join(journals.folder, file), MAX_SEGMENT_BYTES).then(loaded, () => loaded(undefined));
          break;
        }
        case 'confirmed':
          for (const [number, { done }] of this.#writes) {
            // In the order of their numbers.
            if (number > output.upTo) break;
            this.#writes.delete(number);
            done();
          }
          break;
        case 'copied':
        case 'copy_lost':
          this.#feed(output);
          break;
      }
    }
  }

  #takeCopy(message: CopyMessage): void {
    this.#actSink(this.#sink.take(message, this.#lease.copy));
  }

  #actSink(outputs: readonly SinkOutput[]): void {
    const { context, name, options } = this.#parts;
    for (const output of outputs) {
      if (output.kind === 'taken')
        context.bus.publish('pairTaken', takenMessage(name, options.instance, output.answer));
      else if (output.kind === 'copy_broken') this.#feed({ kind: 'copy_broken' });
      else this.#apply(output.message);
    }
  }

  #apply(message: CopyMessage): void {
    const { log } = this.#parts.context;
    this.#copying = this.#copying.then(async () => {
      // Of a copy that is not wanted any more, or by now the journals of this instance.
      if (message.copy !== this.#lease.copy || this.#lease.role === 'active') return;
      try {
        await this.#copied.apply(message.steps);
        this.#actSink(this.#sink.applied(message));
      } catch (error) {
        log.warn({ err: error }, 'pair.copy_broken');
        this.#actSink(this.#sink.failed(message));
      }
    });
  }
}
