/** The origin's custody at work: the pure machine with its journal, the bus and the clock. */
import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { bootId } from './boot-id.ts';
import type { Bus } from './bus.ts';
import type { Clock } from './clock.ts';
import { itemMessage, readReceipt, voidMessage } from './custody-messages.ts';
import { openCustodyJournal } from './custody-journal.ts';
import { createOriginMachine } from './custody/origin.ts';
import type { OriginInput, OriginOutput, OriginStats } from './custody/origin-ports.ts';
import type { FragmentOf, OriginRecord } from './custody/origin-records.ts';
import type { CustodyOutcome } from './custody/messages.ts';
import { createMachineLoop } from './machine-loop.ts';
import type { JournalPlace } from './service.ts';

/** Resolution of retries: below the round trip of any broker worth waiting for. */
const TICK_MS = 50;
/** How often the machine is told who is alive although nothing changed. */
const ALIVE_EVERY_MS = 5_000;

export interface CustodyOriginOptions {
  /** A topic level, unique on the bus. */
  readonly name: string;
  readonly journals: JournalPlace;
  /** Destinations are meshes; one of their agents is elected for each item. */
  readonly elects?: boolean;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly nonce: bigint;
  /** Resolves when the outcomes that were told are on record. */
  readonly told?: () => Promise<void>;
  readonly random: () => number;
  /** Destination → who may settle there, in order of preference; only those with a fresh heartbeat. */
  readonly alive: () => ReadonlyMap<string, readonly string[]>;
  /** Publishes an item. @returns false when the bus took nothing. */
  readonly publish: (header: ReturnType<typeof itemMessage>, payload: Uint8Array) => boolean;
  /** The origin's own outcome of an item is in the journal. */
  readonly ended: (outcome: CustodyOutcome, payload: Uint8Array) => void;
  /** It was when this life began: an earlier one may have died before it told anybody. */
  readonly endedBefore: (outcome: CustodyOutcome, payload: Uint8Array) => void;
}

export interface Acceptance {
  readonly payload: Uint8Array;
  readonly destinations: readonly string[];
  /** Where it ends at once, and why. */
  readonly refused?: readonly { readonly destination: string; readonly reason: string; readonly detail: string }[];
  readonly lifeMs?: number;
  /** Worth sending twice: chat and emergency. */
  readonly insists?: boolean;
  /** It is a part of something larger, which nobody can translate alone. */
  readonly fragment?: FragmentOf;
}

export interface CustodyOrigin {
  accept(acceptance: Acceptance): void;
  stats(): OriginStats;
  close(): Promise<void>;
}

/** @throws ServiceError `journal_unusable`. */
export const openCustodyOrigin = async (options: CustodyOriginOptions): Promise<CustodyOrigin> => {
  const { name, journals, elects = false, bus, clock, log, nonce, publish, ended } = options;
  const machine = createOriginMachine<Uint8Array>({ name, nonce, elects, durable: journals.durable });
  const clockId = bootId(options.random);
  // Monotonic time is that of the boot: sinks know this clock still when the process was killed and starts again.
  const named = createHash('sha256').update(clockId).digest().readUInt32LE();
  const sent = () => ({ sentMs: clock.monotonic(), clock: Math.max(1, named) });
  const moment = () => ({ nowMs: clock.monotonic(), wallMs: clock.now(), clockId });

  const journal = await openCustodyJournal<OriginRecord<Uint8Array>>({
    folder: journals.folder,
    fs: journals.fs,
    name: `origin-${name}`,
    nonce,
    clock,
    log,
    onJournaled: (upTo) => loop.feed({ kind: 'journaled', upTo, nowMs: clock.monotonic() }),
    onRefused: (number) => loop.feed({ kind: 'append_refused', number, nowMs: clock.monotonic() }),
    told: options.told,
    snapshot: () => machine.snapshot(moment()),
  });
  const act = (output: OriginOutput<Uint8Array>): void => {
    switch (output.kind) {
      case 'append':
        journal.append(output.number, output.record, output.sync);
        break;
      case 'publish':
        publish(itemMessage(output.item, sent()), output.payload);
        break;
      case 'void':
        bus.publish('void', voidMessage(output.request));
        break;
      case 'outcome':
        ended(output.outcome, output.payload);
        break;
    }
  };
  const loop = createMachineLoop<OriginInput<Uint8Array>, OriginOutput<Uint8Array>>(machine, act, log);

  let told = '';
  let toldMs = Number.NEGATIVE_INFINITY;
  const tellAlive = (): void => {
    const sinks = options.alive();
    const text = JSON.stringify([...sinks]);
    const nowMs = clock.monotonic();
    if (text === told && nowMs - toldMs < ALIVE_EVERY_MS) return;
    told = text;
    toldMs = nowMs;
    loop.feed({ kind: 'alive', sinks, nowMs });
  };

  for (const { outcome, payload } of endedIn(journal.recovered, name)) options.endedBefore(outcome, payload);
  loop.feed({ kind: 'recovered', records: journal.recovered, moment: moment() });
  tellAlive();
  const connection = (now: boolean): void =>
    loop.feed({ kind: now ? 'connected' : 'disconnected', nowMs: clock.monotonic() });
  bus.onConnection(connection);
  connection(bus.connected);
  await bus.subscribe('receipt', { origin: name }, (receipt) => {
    if (receipt !== undefined) loop.feed({ kind: 'receipt', receipt: readReceipt(receipt), nowMs: clock.monotonic() });
  });
  const endTicks = clock.every(TICK_MS, () => {
    tellAlive();
    loop.feed({ kind: 'tick', nowMs: clock.monotonic() });
  });

  return {
    accept: (acceptance) => {
      tellAlive();
      loop.feed({ kind: 'accept', ...acceptance, nowMs: clock.monotonic() });
    },
    stats: () => machine.stats(),
    close: async () => {
      endTicks();
      await journal.close();
    },
  };
};

/** Outcomes that stand in the journal: ended later, or refused when the item was accepted. */
const endedIn = function* (records: readonly OriginRecord<Uint8Array>[], origin: string) {
  const payloads = new Map<string, Uint8Array>();
  const nonce = records.find((record) => record.kind === 'life')?.nonce ?? 0n;
  for (const record of records) {
    if (record.kind === 'accepted') {
      const { incarnation, seq, payload } = record;
      payloads.set(`${incarnation}/${seq}`, payload);
      const item = { origin, incarnation, nonce, seq };
      for (const refused of record.refused) yield { outcome: { item, ...refused }, payload };
    }
    if (record.kind === 'ended') {
      const { incarnation, seq } = record.outcome.item;
      yield { outcome: record.outcome, payload: payloads.get(`${incarnation}/${seq}`) ?? new Uint8Array() };
    }
  }
};
