/** A sink in the simulated world: its process, and the clients behind it. */
import type { CustodyOutcome, ItemHeader, Receipt, VoidRequest } from '../messages.ts';
import type { TakenItem, Whole } from '../sink-ports.ts';
import { createSinkProcess } from './sink-process.ts';
import { createUidOrder } from './uid-order.ts';
import { itemKey } from './world.ts';
import type { SimulatedResult, World } from './world.ts';

type Result = SimulatedResult;

export interface SinkSetup {
  readonly name: string;
  readonly destination: string;
  readonly maxHeld: number;
  /** Of what it delivers to. */
  readonly slowestMs: number;
  /** Some items it does not send at all; another agent may. */
  readonly isAgent: boolean;
  /** Uids it is for; all when left out. Nobody knows them before an item is translated. */
  readonly wants?: readonly string[];
}

export interface SimulatedSink extends SinkSetup {
  isUp: boolean;
  isConnected: boolean;
  /** It will not come back. */
  isGone: boolean;
  /** Its last volume began then. */
  volumeSinceMs: number;
  lastBeatMs: number;
  result(item: ItemHeader, result: Result, whole?: Whole): void;
  void(request: VoidRequest): void;
  tick(): void;
  crash(options: { loseVolume: boolean }): void;
  start(): void;
  diskFull(isFull: boolean): void;
  readonly isIdle: boolean;
  outcomes(): CustodyOutcome[];
  readonly answerBytes: number;
  readonly repeats: number;
}

export const createSimulatedSink = (
  world: World,
  setup: SinkSetup,
  answer: (receipt: Receipt) => void,
): SimulatedSink => {
  const { timeline, mutation } = world;
  const clients = createClients(world, setup, (item, reason, notSent) =>
    process.handle({ kind: 'settled', item: item.id, ending: { reason, detail: '' }, notSent, nowMs: timeline.nowMs }),
  );
  const process = createSinkProcess(world, { ...setup, hand: clients.hand, answer });
  let repeats = 0;
  return {
    ...setup,
    isUp: false,
    isConnected: true,
    isGone: false,
    volumeSinceMs: 0,
    lastBeatMs: -Infinity,
    result: (item, result, whole) => {
      const declined = setup.wants?.includes(result.uid) === false;
      if (declined && mutation === 'silence for what is not wanted') return;
      process.result(item, result, whole, declined);
    },
    void: (request) => {
      if (mutation !== 'forget at give-up') process.handle({ kind: 'void', request, nowMs: timeline.nowMs });
    },
    tick: () => process.handle({ kind: 'tick', nowMs: timeline.nowMs }),
    crash({ loseVolume }) {
      world.trace(() => `${setup.name} crashed${loseVolume ? ', its volume is lost' : ''}`);
      repeats += process.machine?.stats().repeats ?? 0;
      this.isUp = false;
      clients.die();
      process.kill();
      if (!loseVolume) return;
      process.journal.lose();
      this.volumeSinceMs = timeline.nowMs;
    },
    start() {
      world.trace(() => `${setup.name} started`);
      this.isUp = true;
      process.start();
    },
    diskFull: (isFull) => {
      process.journal.isFull = isFull;
    },
    get isIdle() {
      const stats = process.machine?.stats();
      return stats !== undefined && stats.held === 0 && stats.pendingAppends === 0;
    },
    outcomes: () => process.outcomes(),
    get answerBytes() {
      return process.machine?.stats().answerBytes ?? 0;
    },
    get repeats() {
      return repeats + (process.machine?.stats().repeats ?? 0);
    },
  };
};

interface Clients {
  readonly hand: (item: TakenItem<Result>, repeat: boolean) => void;
  readonly die: () => void;
}

/** Where a sink delivers to. What was written to a client cannot be taken back by a crash; its outcome may be missing. */
const createClients = (
  world: World,
  { name, slowestMs, isAgent }: SinkSetup,
  settle: (item: TakenItem<Result>, reason: string, notSent: boolean) => void,
): Clients => {
  const { random, timeline, deliveries } = world;
  // The egress keeps it with its picture, which outlives a crash here.
  const order = createUidOrder();
  let life = 0;
  return {
    die: () => {
      life += 1;
    },
    hand: (item, repeat) => {
      const { id, destination, result } = item;
      const { uid, refused, decode, transfer } = result;
      const of = life;
      world.trace(() => `${name} hands ${itemKey(id)}${repeat ? ' again' : ''}`);
      if (refused) settle(item, 'unreadable', false);
      else if (isAgent && random.chance(0.1)) settle(item, 'radio_away', true);
      else if (!order.isNewest(uid, id, item.heardMs)) settle(item, 'superseded', false);
      else {
        const whole = transfer === undefined ? {} : { transfer };
        deliveries.push({ key: itemKey(id), sink: name, destination, item: id, uid, repeat, decode, ...whole });
        timeline.after(random.between(1, slowestMs), () => {
          if (of === life) settle(item, 'delivered', false);
        });
      }
    },
  };
};
