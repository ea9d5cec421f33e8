/** A pair in a simulated world: instances are killed, paused and cut off, the broker restarts. Seeded: a run can be replayed. */
// oxlint-disable max-lines-per-function -- one state that all of it shares
import { createInstance } from './simulated-instance.ts';
import type { InstanceWorld, Letter, SimulatedInstance } from './simulated-instance.ts';

const TICK_MS = 20;
const FAULTY_MS = 40_000;
const CALM_MS = 20_000;
const ITEM_EVERY_MS = 150;
const RETRY_MS = 500;

export interface PairRun {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly takeovers: number;
  readonly items: number;
  readonly repeats: number;
  readonly trace: readonly string[];
}

/** 0 ≤ x < 1, the same for the same seed. */
const randomOf = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let bits = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
  };
};

interface Event {
  readonly atMs: number;
  readonly instance: SimulatedInstance | undefined;
  /** Life of the instance it belongs to. */
  readonly life: number;
  readonly call: () => void;
}

export const simulatePair = (seed: number, faults = true): PairRun => {
  const random = randomOf(seed);
  const trace: string[] = [];
  const violations: string[] = [];
  let nowMs = 0;
  let events: Event[] = [];
  const lives = new Map<string, number>([
    ['a', 0],
    ['b', 0],
  ]);
  const connected = new Map<string, number>();
  const retained = new Map<string, Letter>();
  let isBrokerUp = true;
  const writes = new Map<number, number>();
  const outcomes = new Map<number, number>();
  const note = (text: string): void => void trace.push(`${nowMs} ${text}`);
  const at = (ms: number, instance: SimulatedInstance | undefined, call: () => void): void => {
    events.push({
      atMs: nowMs + ms,
      instance,
      life: instance === undefined ? 0 : (lives.get(instance.name) ?? 0),
      call,
    });
  };

  /** Arrives in the order of the broker; what is under way when a connection ends is lost. */
  const lastArrival = new Map<string, number>();
  const deliver = (to: SimulatedInstance, letter: Letter): void => {
    const connection = connected.get(to.name);
    if (connection === undefined) return;
    const arrivesMs = Math.max(lastArrival.get(to.name) ?? 0, nowMs + random() * 15);
    lastArrival.set(to.name, arrivesMs);
    at(arrivesMs - nowMs, to, () => {
      if (connected.get(to.name) === connection) to.hear(letter);
    });
  };
  const accept = (from: string, letter: Letter): void => {
    if (letter.kind === 'word') retained.set(from, letter);
    for (const to of instances) deliver(to, letter);
  };
  const lastSent = new Map<string, number>();
  const world: InstanceWorld = {
    now: () => nowMs,
    random,
    after: (name, ms, call) => at(ms, named(name), call),
    publish: (from, letter) => {
      const connection = connected.get(from);
      if (connection === undefined) return false;
      const arrivesMs = Math.max(lastSent.get(from) ?? 0, nowMs + random() * 15);
      lastSent.set(from, arrivesMs);
      at(arrivesMs - nowMs, undefined, () => {
        // What a process gave to the system arrives although it was killed; a cut loses it.
        if (isBrokerUp && (connected.get(from) ?? connection) === connection) accept(from, letter);
      });
      return true;
    },
    written: (name, item) => {
      writes.set(item, (writes.get(item) ?? 0) + 1);
      if (instances.some((other) => other.name !== name && other.alive && other.holds())) {
        violations.push(`${nowMs}: ${name} wrote ${item} while the other one held the lease, too`);
      }
    },
    told: (item, decision) => {
      const before = outcomes.get(item);
      if (before !== undefined && before !== decision) violations.push(`${nowMs}: item ${item} has two outcomes`);
      outcomes.set(item, decision);
    },
  };
  const instances = [createInstance('a', world), createInstance('b', world)] as const;
  const named = (name: string): SimulatedInstance => (name === 'a' ? instances[0] : instances[1]);

  let connections = 0;
  const connect = (instance: SimulatedInstance): void => {
    if (!isBrokerUp || !instance.alive || instance.paused || connected.has(instance.name)) return;
    connections += 1;
    connected.set(instance.name, connections);
    for (const letter of retained.values()) deliver(instance, letter);
    instance.connected(false);
    instance.connected(true);
  };
  const cut = (instance: SimulatedInstance): void => {
    if (!connected.delete(instance.name)) return;
    at(0, instance, () => {
      if (!connected.has(instance.name)) instance.connected(false);
    });
  };
  const start = (instance: SimulatedInstance): void => {
    if (instance.alive) return;
    lives.set(instance.name, (lives.get(instance.name) ?? 0) + 1);
    instance.start();
    note(`start ${instance.name}`);
    at(50 + random() * 200, instance, () => connect(instance));
  };
  const kill = (instance: SimulatedInstance): void => {
    if (!instance.alive) return;
    note(`kill ${instance.describe()}`);
    instance.alive = false;
    connected.delete(instance.name);
    at(200 + random() * 6_000, undefined, () => start(instance));
  };
  const pause = (instance: SimulatedInstance): void => {
    if (!instance.alive || instance.paused) return;
    note(`pause ${instance.describe()}`);
    instance.paused = true;
    at(100 + random() * 5_000, undefined, () => {
      instance.paused = false;
      note(`wake ${instance.name}`);
    });
  };
  const restartBroker = (): void => {
    if (!isBrokerUp) return;
    note('broker down');
    isBrokerUp = false;
    for (const instance of instances) cut(instance);
    at(50 + random() * 3_000, undefined, () => {
      isBrokerUp = true;
      note('broker up');
      for (const instance of instances) at(random() * 800, instance, () => connect(instance));
    });
  };
  const hurt = (): void => {
    const instance = random() < 0.5 ? instances[0] : instances[1];
    const active = instances.find((one) => one.alive && one.holds()) ?? instance;
    const kind = random();
    if (kind < 0.3) kill(active);
    else if (kind < 0.45) kill(instance);
    else if (kind < 0.65) pause(active);
    else if (kind < 0.75) pause(instance);
    else if (kind < 0.9) {
      note(`cut ${instance.name}`);
      cut(instance);
      at(random() * 3_000, instance, () => connect(instance));
    } else restartBroker();
  };

  const offer = (item: number): void => {
    if (outcomes.has(item)) return;
    if (isBrokerUp) accept('origin', { kind: 'item', item });
    at(RETRY_MS, undefined, () => offer(item));
  };

  const run = (untilMs: number, step: () => void): void => {
    for (; nowMs < untilMs; nowMs += TICK_MS) {
      step();
      const due = events.filter((event) => event.atMs <= nowMs).toSorted((one, other) => one.atMs - other.atMs);
      events = events.filter((event) => event.atMs > nowMs);
      for (const event of due) {
        const { instance } = event;
        if (instance === undefined) event.call();
        else if (instance.alive && lives.get(instance.name) === event.life) {
          if (instance.paused) events.push(event);
          else event.call();
        }
      }
      for (const instance of instances) if (instance.alive && !instance.paused) instance.tick();
      const holders = instances.filter((one) => one.alive && one.holds());
      if (holders.length > 1) violations.push(`${nowMs}: both hold the lease`);
    }
  };

  for (const instance of instances) start(instance);
  let items = 0;
  let nextItemMs = 0;
  let nextFaultMs = 6_000;
  let takeovers = 0;
  let holder = '';
  const observe = (): void => {
    const now = instances.find((one) => one.alive && !one.paused && one.holds())?.name;
    if (now === undefined || now === holder) return;
    if (holder !== '') takeovers += 1;
    holder = now;
    note(`active ${now}`);
  };
  run(FAULTY_MS, () => {
    observe();
    if (nowMs >= nextItemMs) {
      nextItemMs = nowMs + ITEM_EVERY_MS;
      items += 1;
      offer(items);
    }
    if (!faults || nowMs < nextFaultMs) return;
    nextFaultMs = nowMs + random() * 7_000;
    hurt();
  });
  // Whatever was cut or paused comes back by itself.
  run(FAULTY_MS + CALM_MS, () => {
    observe();
    for (const instance of instances) connect(instance);
  });

  for (let item = 1; item <= items; item += 1) {
    if (!outcomes.has(item)) violations.push(`item ${item} has no outcome`);
  }
  const last = instances.find((one) => one.alive && one.holds());
  if (last === undefined) violations.push('nobody is active in the end');
  else if (!last.isPaired()) violations.push(`${last.describe()} is not paired in the end`);
  for (const [item, decision] of outcomes) {
    if (last !== undefined && last.ended().get(item) !== decision) violations.push(`the outcome of ${item} is lost`);
  }
  const repeats = [...writes.values()].reduce((sum, count) => sum + count - 1, 0);
  return { seed, violations, takeovers, items, repeats, trace };
};
