/** Broker and workers of the simulated world: they lose, double, reorder, stall and die, and decide nothing. */
import type { ItemHeader } from '../messages.ts';
import type { Whole } from '../sink-ports.ts';
import { createAssembly } from './assembly.ts';
import { itemKey } from './world.ts';
import type { SimulatedPayload, SimulatedResult, World } from './world.ts';

interface Endpoint {
  isUp: boolean;
  isConnected: boolean;
}

export interface Broker {
  /** Perhaps, perhaps twice, some time later, if the receiver is there then. */
  send(from: Endpoint, to: Endpoint, deliver: () => void): void;
  isDown: boolean;
}

export interface Trouble {
  readonly loss: number;
  readonly twice: number;
  readonly slow: number;
}

export const createBroker = (
  { random, timeline, ...world }: World,
  trouble: Trouble,
  faulty: () => boolean,
): Broker => {
  const delayMs = (): number => {
    if (!faulty()) return random.between(1, 20);
    if (random.chance(trouble.slow))
      return random.chance(0.1) ? random.between(20_000, 150_000) : random.between(500, 8000);
    return random.between(1, 80);
  };
  return {
    isDown: false,
    send(from, to, deliver) {
      if (this.isDown || !from.isUp || !from.isConnected) return;
      const arrive = (): void => {
        if (!this.isDown && to.isUp && to.isConnected) deliver();
      };
      if (faulty() && random.chance(trouble.loss)) {
        world.trace(() => 'broker lost a message');
        return;
      }
      timeline.after(delayMs(), arrive);
      if (faulty() && random.chance(trouble.twice)) timeline.after(delayMs(), arrive);
    },
  };
};

export interface Worker extends Endpoint {
  readonly name: string;
  pausedUntilMs: number;
  translate(item: ItemHeader, payload: SimulatedPayload): void;
}

/** A worker sends exactly one result for each item it gets, or dies of it; of a fragment only when it has the whole. */
export const createWorker = (
  world: World,
  name: string,
  publish: (worker: Worker, item: ItemHeader, result: SimulatedResult, whole?: Whole) => void,
): Worker => {
  const { random, timeline } = world;
  let copies = 0;
  let isUp = true;
  const assembly = createAssembly();
  const worker: Worker = {
    name,
    get isUp() {
      return isUp;
    },
    set isUp(now) {
      if (!now) assembly.clear();
      isUp = now;
    },
    isConnected: true,
    pausedUntilMs: 0,
    translate: (item, payload) => {
      if (timeline.nowMs < worker.pausedUntilMs) {
        timeline.after(worker.pausedUntilMs - timeline.nowMs, () => worker.isUp && worker.translate(item, payload));
        return;
      }
      if (payload.isPoison) {
        world.trace(() => `${name} died of ${itemKey(item.id)}`);
        worker.isUp = false;
        timeline.after(random.between(50, 500), () => (worker.isUp = true));
        return;
      }
      const { uid, isUnreadable, fragment } = payload;
      const covers = fragment && assembly.add(fragment, item);
      if (fragment !== undefined && covers === undefined) return;
      copies += 1;
      const result = { uid, refused: isUnreadable, decode: `${name} ${copies}` };
      if (fragment === undefined || covers === undefined) publish(worker, item, result);
      else publish(worker, item, { ...result, transfer: fragment.transfer }, { transfer: fragment.transfer, covers });
    },
  };
  return worker;
};
