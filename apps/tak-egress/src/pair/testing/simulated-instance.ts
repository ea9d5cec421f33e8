/**
 * One instance of a simulated pair: lease, copy and a ledger that takes items, hands them out and ends them, as an egress
 * does with its journals. What is in `disk` outlives a kill.
 */
// oxlint-disable max-lines-per-function -- one state that all of it shares
import { createCopySink } from '../copy-sink.ts';
import type { SinkOutput } from '../copy-sink.ts';
import { createCopySource } from '../copy-source.ts';
import type { SourceOutput } from '../copy-source.ts';
import type { CopyAnswer, CopyMessage, CopyStep } from '../copy-steps.ts';
import { createLease } from '../lease.ts';
import type { LeaseInput, LeaseOutput } from '../lease-ports.ts';
import type { PairWord, Standing } from '../words.ts';

const LEASE_MS = 1_000;
const MAX_DISK_MS = 30;
const MAX_WORK_MS = 400;

export type Letter =
  | { readonly kind: 'word'; readonly word: PairWord }
  | { readonly kind: 'copy'; readonly to: string; readonly message: CopyMessage }
  | { readonly kind: 'taken'; readonly to: string; readonly answer: CopyAnswer }
  | { readonly kind: 'item'; readonly item: number };

/** What an instance sees of the world. */
export interface InstanceWorld {
  now(): number;
  random(): number;
  /** Calls back unless the instance is dead by then; a paused one is called when it wakes. */
  after(instance: string, ms: number, call: () => void): void;
  /** False when the broker is away. */
  publish(from: string, letter: Letter): boolean;
  /** Something is written to TAK. */
  written(instance: string, item: number): void;
  /** An outcome is told; `decision` names the one it is. */
  told(item: number, decision: number): void;
}

interface Disk {
  standing: Standing | undefined;
  readonly files: Map<string, number[]>;
  lives: number;
}

interface Entry {
  readonly item: number;
  /** 0: taken. */
  readonly decision: number;
}

const bytesOf = ({ item, decision }: Entry): Uint8Array => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setUint32(0, item);
  new DataView(bytes.buffer).setUint32(4, decision);
  return bytes;
};

const entriesIn = (bytes: readonly number[]): Entry[] => {
  const view = new DataView(new Uint8Array(bytes).buffer);
  return Array.from({ length: Math.floor(bytes.length / 8) }, (_, at) => ({
    item: view.getUint32(at * 8),
    decision: view.getUint32(at * 8 + 4),
  }));
};

export interface SimulatedInstance {
  readonly name: string;
  readonly disk: Disk;
  alive: boolean;
  paused: boolean;
  /** It may write now, by its own clock. */
  holds(): boolean;
  isPaired(): boolean;
  ended(): ReadonlyMap<number, number>;
  start(): void;
  connected(now: boolean): void;
  hear(letter: Letter): void;
  tick(): void;
  describe(): string;
}

/** A life of an active instance. */
interface Life {
  readonly file: string;
  readonly items: Map<number, number>;
  readonly underWay: Set<number>;
}

export const createInstance = (name: string, world: InstanceWorld): SimulatedInstance => {
  const disk: Disk = { standing: undefined, files: new Map(), lives: 0 };
  let lease = createLease({ instance: name, leaseMs: LEASE_MS, life: 1n, newCopy: () => 1n }, undefined, 0);
  let source = createCopySource({ patienceMs: LEASE_MS / 2 });
  let sink = createCopySink();
  let life: Life | undefined;
  let waiting = new Map<number, () => void>();
  let applying: (() => void)[] = [];

  const disksAfter = (call: () => void): void => world.after(name, world.random() * MAX_DISK_MS, call);
  const feed = (input: LeaseInput): void => lease.handle(input).forEach(act);
  const nowMs = (): number => world.now();

  const act = (output: LeaseOutput): void => {
    switch (output.kind) {
      case 'say':
        world.publish(name, { kind: 'word', word: output.word });
        break;
      case 'keep':
        disksAfter(() => {
          disk.standing = output.standing;
          feed({ kind: 'kept', number: output.number, nowMs: nowMs() });
        });
        break;
      case 'open':
        open();
        break;
      case 'shut':
        life = undefined;
        waiting = new Map();
        source.end();
        disksAfter(() => feed({ kind: 'closed', nowMs: nowMs() }));
        break;
      case 'alone':
        source.end().forEach(actSource);
        break;
      case 'copy':
        source
          .begin({ ...output, folders: ['log'], files: [...disk.files.keys()].toSorted(), nowMs: nowMs() })
          .forEach(actSource);
        break;
    }
  };
  const actSource = (output: SourceOutput): void => {
    switch (output.kind) {
      case 'send':
        world.publish(name, { kind: 'copy', to: name === 'a' ? 'b' : 'a', message: output.message });
        break;
      case 'load':
        disksAfter(() => {
          const bytes = disk.files.get(output.file);
          source.loaded(output.copy, output.file, bytes && Uint8Array.from(bytes), nowMs()).forEach(actSource);
        });
        break;
      case 'confirmed':
        for (const [number, done] of waiting) {
          if (number > output.upTo) continue;
          waiting.delete(number);
          done();
        }
        break;
      case 'copied':
      case 'copy_lost':
        feed({ ...output, nowMs: nowMs() });
        break;
    }
  };
  const actSink = (output: SinkOutput): void => {
    if (output.kind === 'taken') {
      world.publish(name, { ...output, to: name === 'a' ? 'b' : 'a' });
    } else if (output.kind === 'copy_broken') feed({ kind: 'copy_broken', nowMs: nowMs() });
    else {
      applying.push(() => {
        // Of a copy that is not wanted any more, or by now its own journals.
        const { message } = output;
        if (message.copy !== lease.copy || lease.role === 'active') return;
        for (const step of message.steps) apply(step);
        sink.applied(message).forEach(actSink);
      });
      if (applying.length === 1) disksAfter(applyNext);
    }
  };
  const applyNext = (): void => {
    applying[0]?.();
    applying.shift();
    if (applying.length > 0) disksAfter(applyNext);
  };
  const apply = (step: CopyStep): void => {
    if (step.kind === 'begin') disk.files.clear();
    if (step.kind !== 'append') return;
    const file = disk.files.get(step.file) ?? [];
    if (step.offset > file.length) throw new RangeError('a hole in a copy');
    file.push(...step.bytes.subarray(file.length - step.offset));
    disk.files.set(step.file, file);
  };

  const journal = (entry: Entry, then: () => void): void => {
    const current = life;
    // As a write that comes too late is refused.
    if (current === undefined || !lease.holds(nowMs())) return;
    const bytes = bytesOf(entry);
    const file = disk.files.get(current.file) ?? [];
    const offset = file.length;
    disk.files.set(current.file, file);
    file.push(...bytes);
    const { number, outputs } = source.write({ kind: 'append', file: current.file, offset, bytes }, nowMs());
    waiting.set(number, () => {
      if (life === current && lease.holds(nowMs())) then();
    });
    outputs.forEach(actSource);
  };
  const hand = (item: number): void => {
    const current = life;
    if (current === undefined || !lease.holds(nowMs())) return;
    world.written(name, item);
    world.after(name, world.random() * MAX_WORK_MS, () => {
      if (life !== current) return;
      const decision = 1 + Math.floor(world.random() * 0xfffffff);
      journal({ item, decision }, () => {
        current.items.set(item, decision);
        world.told(item, decision);
      });
    });
  };
  const open = (): void => {
    disk.lives += 1;
    const items = new Map<number, number>();
    const last = [...disk.files.keys()].toSorted().at(-1) ?? 'log/0000000000.segment';
    for (const [, bytes] of [...disk.files].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
      for (const { item, decision } of entriesIn(bytes)) {
        if (decision === 0 ? !items.has(item) : (items.get(item) ?? 0) === 0) items.set(item, decision);
      }
    }
    const next = String(Number(last.slice(4, 14)) + 1).padStart(10, '0');
    life = { file: `log/${next}.segment`, items, underWay: new Set() };
    for (const [item, decision] of items) if (decision === 0) hand(item);
  };
  const offered = (item: number): void => {
    const current = life;
    if (current === undefined || current.underWay.has(item)) return;
    const known = current.items.get(item);
    if (known !== undefined) {
      if (known !== 0 && lease.holds(nowMs())) world.told(item, known);
      return;
    }
    current.underWay.add(item);
    journal({ item, decision: 0 }, () => {
      current.underWay.delete(item);
      current.items.set(item, 0);
      hand(item);
    });
  };

  return {
    name,
    disk,
    alive: false,
    paused: false,
    holds: () => lease.holds(nowMs()),
    isPaired: () => lease.isPaired,
    ended: () => life?.items ?? new Map(),
    start() {
      const bits = (): bigint => BigInt(1 + Math.floor(world.random() * 2 ** 50));
      lease = createLease({ instance: name, leaseMs: LEASE_MS, life: bits(), newCopy: bits }, disk.standing, nowMs());
      source = createCopySource({ patienceMs: LEASE_MS / 2 });
      sink = createCopySink();
      life = undefined;
      waiting = new Map();
      applying = [];
      this.alive = true;
      this.paused = false;
    },
    connected: (now) => feed({ kind: now ? 'connected' : 'disconnected', nowMs: nowMs() }),
    hear: (letter) => {
      if (letter.kind === 'word') feed({ kind: 'word', word: letter.word, nowMs: nowMs() });
      else if (letter.kind === 'item') offered(letter.item);
      else if (letter.to !== name) return;
      else if (letter.kind === 'copy' && lease.role === 'standby') {
        sink.take(letter.message, lease.copy).forEach(actSink);
      } else if (letter.kind === 'taken') source.taken(letter.answer, nowMs()).forEach(actSource);
    },
    tick: () => {
      feed({ kind: 'tick', nowMs: nowMs() });
      source.tick(nowMs()).forEach(actSource);
    },
    describe: () => `${name} ${lease.role}${lease.isPaired ? ' paired' : ''} ${JSON.stringify(lease.standing)}`,
  };
};
