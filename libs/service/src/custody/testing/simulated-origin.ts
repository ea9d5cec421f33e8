/** An origin in the simulated world: what the world, the sinks and the host do to its process. */
import type { CustodyOutcome, Receipt } from '../messages.ts';
import { createOriginProcess, mutatedReceipt } from './origin-process.ts';
import type { OriginWays } from './origin-process.ts';
import { textOf } from './world.ts';
import type { SimulatedPayload, World } from './world.ts';

export interface SimulatedOrigin {
  readonly name: string;
  isUp: boolean;
  isConnected: boolean;
  accept(
    payload: SimulatedPayload,
    destinations: readonly string[],
    about: { lifeMs?: number; insists?: boolean },
  ): void;
  receipt(receipt: Receipt): void;
  alive(sinks: ReadonlyMap<string, readonly string[]>): void;
  connect(isConnected: boolean): void;
  tick(): void;
  crash(options: { loseVolume: boolean; newBoot: boolean }): void;
  start(): void;
  diskFull(isFull: boolean): void;
  readonly isIdle: boolean;
  outcomes(): CustodyOutcome[];
  readonly republished: number;
}

export interface OriginSetup {
  readonly name: string;
  readonly elects: boolean;
  readonly durable: boolean;
  readonly quota: number;
}

/** Short, so that most runs see both. */
const GIVE_UP_MS = 20_000;
const ABANDON_MS = 60_000;
const HOUR_MS = 3_600_000;

export const createSimulatedOrigin = (world: World, setup: OriginSetup, ways: OriginWays): SimulatedOrigin => {
  const { random, timeline, mutation } = world;
  const process = createOriginProcess(world, { ...setup, giveUpMs: GIVE_UP_MS, abandonMs: ABANDON_MS }, ways);
  let boot = 0;
  let wallSkewMs = 0;
  let registered: ReadonlyMap<string, readonly string[]> = new Map();
  let republished = 0;
  return {
    name: setup.name,
    isUp: false,
    isConnected: false,
    accept: (payload, destinations, about) => {
      const fragment = mutation === 'fragments wait in the window' ? undefined : payload.fragment;
      const of = { ...about, ...(fragment && { fragment }) };
      process.handle({ kind: 'accept', payload, destinations, ...of, nowMs: timeline.nowMs });
    },
    receipt: (receipt) => {
      world.trace(() => receiptText(receipt));
      if (process.machine === undefined) return;
      const heard = mutatedReceipt(mutation, receipt, process.machine.life);
      process.handle({ kind: 'receipt', receipt: heard, nowMs: timeline.nowMs });
    },
    alive: (sinks) => {
      registered = sinks;
      process.handle({ kind: 'alive', sinks, nowMs: timeline.nowMs });
    },
    connect(isConnected) {
      this.isConnected = isConnected;
      process.handle({ kind: isConnected ? 'connected' : 'disconnected', nowMs: timeline.nowMs });
    },
    tick: () => process.handle({ kind: 'tick', nowMs: timeline.nowMs }),
    crash({ loseVolume, newBoot }) {
      world.trace(() => `${setup.name} crashed${loseVolume ? ', its volume is lost' : ''}`);
      republished += process.machine?.stats().republished ?? 0;
      this.isUp = false;
      process.kill(loseVolume);
      if (newBoot) boot += 1;
      wallSkewMs = random.between(-HOUR_MS, HOUR_MS);
    },
    start() {
      world.trace(() => `${setup.name} started`);
      this.isUp = true;
      const { nowMs } = timeline;
      process.start({ nowMs, wallMs: 1e12 + nowMs + wallSkewMs, clockId: `${boot}` }, registered);
      this.alive(registered);
      this.connect(true);
    },
    diskFull: (isFull) => {
      process.journal.isFull = isFull;
    },
    get isIdle() {
      const stats = process.machine?.stats();
      return stats !== undefined && stats.open === 0 && stats.pendingAppends === 0;
    },
    outcomes: () => process.outcomes(),
    get republished() {
      return republished + (process.machine?.stats().republished ?? 0);
    },
  };
};

const receiptText = ({ sink, settled, taken, voided, busy, ...life }: Receipt): string =>
  `${sink} says ${Object.entries({ settled, taken, voided, busy })
    .flatMap(([answer, ranges]) => (ranges.length > 0 ? [`${answer} ${textOf(life, ranges)}`] : []))
    .join(', ')}`;
