/**
 * One seeded run of custody: origins, sinks, workers and a broker, with crashes, pauses, cuts, stalls, full sinks and disks,
 * torn and lost journals and jumping clocks; then the world is repaired, and the ledgers are checked.
 */
import type { CustodyOutcome } from '../messages.ts';
import { checkLedger } from './ledger.ts';
import { createBroker, createWorker } from './pipe.ts';
import type { Broker, Worker } from './pipe.ts';
import { createRandom } from './random.ts';
import { createSimulatedOrigin } from './simulated-origin.ts';
import type { SimulatedOrigin } from './simulated-origin.ts';
import { createSimulatedSink } from './simulated-sink.ts';
import type { SimulatedSink } from './simulated-sink.ts';
import { createTimeline } from './timeline.ts';
import type { Mutation, World } from './world.ts';

export interface SimulateOptions {
  readonly seed: number;
  readonly mutation?: Mutation;
  /** Collects what happened, line by line. */
  readonly trace?: boolean;
}

export interface SimulatedRun {
  readonly seed: number;
  /** Empty when custody held. */
  readonly violations: readonly string[];
  readonly items: number;
  readonly deliveries: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly republished: number;
  readonly repeats: number;
  readonly virtualMs: number;
  readonly trace: readonly string[];
}

const TICK_MS = 200;
const SLOW_TICK_MS = 1000;
const BEAT_MS = 1000;
/** A destination whose last heartbeat is older is away. */
const FRESH_MS = 3500;
/** Faults end here. */
const REPAIRED_MS = 15_000;
/** What is not settled by then is stuck. */
const END_MS = 420_000;

interface Scene {
  readonly world: World;
  readonly broker: Broker;
  readonly origins: SimulatedOrigin[];
  readonly sinks: SimulatedSink[];
  readonly workers: Worker[];
  readonly foreign: CustodyOutcome[];
  readonly isCalm: boolean;
  readonly elects: boolean;
  /** Destinations an item accepted now is meant for. */
  readonly registered: () => readonly string[];
}

export const simulate = ({ seed, mutation, trace = false }: SimulateOptions): SimulatedRun => {
  const lines: string[] = [];
  const timeline = createTimeline();
  const world: World = {
    random: createRandom(seed),
    timeline,
    mutation,
    items: new Map(),
    deliveries: [],
    violations: [],
    isFaulty: true,
    trace: (line) => {
      if (trace) lines.push(`${(timeline.nowMs / 1000).toFixed(3)} ${line()}`);
    },
  };
  const scene = createScene(world);
  planItems(scene);
  if (!scene.elects && world.random.chance(0.4)) planTransfers(scene);
  planFaults(scene);
  planBeats(scene);
  timeline.after(REPAIRED_MS, () => repair(scene));
  timeline.run(END_MS);
  const outcomes = [...scene.origins, ...scene.sinks].flatMap((owner) => owner.outcomes());
  return {
    seed,
    violations: checkLedger(scene),
    items: world.items.size,
    deliveries: world.deliveries.length,
    outcomes: countReasons(outcomes),
    republished: scene.origins.reduce((sum, origin) => sum + origin.republished, 0),
    repeats: scene.sinks.reduce((sum, sink) => sum + sink.repeats, 0),
    virtualMs: timeline.nowMs,
    trace: lines,
  };
};

const countReasons = (outcomes: readonly CustodyOutcome[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { reason } of outcomes) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
};

const isOver = ({ world, origins, sinks }: Scene): boolean =>
  !world.isFaulty && origins.every(({ isIdle }) => isIdle) && sinks.every(({ isGone, isIdle }) => isGone || isIdle);

const createScene = (world: World): Scene => {
  const { random } = world;
  const isCalm = random.chance(0.2);
  const elects = random.chance(0.35);
  const trouble = isCalm
    ? { loss: 0, twice: 0.05, slow: 0 }
    : { loss: random.pick([0, 0.02, 0.1, 0.3]), twice: random.pick([0, 0.1, 0.5]), slow: random.pick([0, 0.02, 0.1]) };
  const broker = createBroker(world, trouble, () => world.isFaulty);
  const foreign: CustodyOutcome[] = [];
  const origins: SimulatedOrigin[] = [];
  const sinks: SimulatedSink[] = [];
  const workers = Array.from({ length: random.between(1, 2) }, (_, at) =>
    createWorker(world, `worker-${at + 1}`, (worker, item, result, whole) => {
      for (const sink of sinks) broker.send(worker, sink, () => sink.result(item, result, whole));
      if (world.mutation !== 'worker that writes outcomes' || !result.refused) return;
      for (const { destination } of item.addressed) {
        foreign.push({ item: item.id, destination, reason: 'unreadable', detail: '' });
      }
    }),
  );
  const places = elects
    ? ['mesh-1', 'mesh-1', 'mesh-2']
    : ['egress-1', 'egress-2', 'egress-3'].slice(0, random.between(1, 3));
  for (const [at, destination] of places.entries()) {
    const setup = {
      name: elects ? `agent-${at + 1}` : destination,
      destination,
      maxHeld: isCalm ? 100 : random.pick([2, 5, 100]),
      slowestMs: random.pick([5, 100, 2000]),
      isAgent: elects,
      ...(!elects && at > 0 && random.chance(0.3) && { wants: ['uid-1', 'uid-route-1'] }),
    };
    const sink: SimulatedSink = createSimulatedSink(world, setup, (receipt) => {
      for (const origin of origins) {
        if (origin.name === receipt.origin) broker.send(sink, origin, () => origin.receipt(receipt));
      }
    });
    sinks.push(sink);
  }
  for (let at = 0; at < random.between(1, 2); at++) {
    const setup = { name: `origin-${at + 1}`, elects, durable: random.chance(0.3), quota: random.pick([3, 100, 100]) };
    const origin: SimulatedOrigin = createSimulatedOrigin(world, isCalm ? { ...setup, quota: 100 } : setup, {
      publish: (item, payload) => {
        const up = workers.filter((worker) => worker.isUp);
        const one = up.slice(random.between(0, up.length - 1)).slice(0, 1);
        const isBlocked = world.mutation === 'absent destination blocks the others' && sinks.some((sink) => !sink.isUp);
        if (isBlocked) return;
        for (const worker of payload.fragment === undefined ? one : up) {
          broker.send(origin, worker, () => worker.translate(item, payload));
        }
      },
      void: (request) => {
        const sink = sinks.find(({ name }) => name === request.sink);
        if (sink !== undefined) broker.send(origin, sink, () => sink.void(request));
      },
    });
    origins.push(origin);
  }
  for (const node of [...sinks, ...origins]) node.start();
  const lateMs = random.chance(0.3) ? random.between(1000, REPAIRED_MS) : 0;
  const registered = (): readonly string[] => {
    const all = [...new Set(places)];
    return world.timeline.nowMs < lateMs ? all.slice(0, -1) : all;
  };
  return { world, broker, origins, sinks, workers, foreign, isCalm, elects, registered };
};

const planItems = ({ world, origins, isCalm, elects, registered }: Scene): void => {
  const { random, timeline } = world;
  const count = random.between(5, 30);
  const hasPoison = random.chance(0.3);
  // One of them slows nothing; several keep a lone worker busy dying.
  const poisonAt = random.between(0, count - 1);
  for (let at = 0; at < count; at++) {
    timeline.after(random.between(100, REPAIRED_MS), () => {
      const origin = origins[random.between(0, origins.length - 1)];
      if (!origin?.isUp) return;
      const payload = {
        uid: `uid-${random.between(1, 4)}`,
        isPoison: hasPoison && (isCalm ? at === poisonAt : random.chance(0.1)),
        isUnreadable: random.chance(0.15),
      };
      const lifeMs = isCalm ? 60_000 : random.pick([3000, 20_000, 60_000]);
      origin.accept(payload, registered(), elects ? { lifeMs, insists: random.chance(0.3) } : {});
    });
  }
};

/** Routes that come in parts: each part is heard by one origin, some by several, some by nobody. */
const planTransfers = ({ world, origins, isCalm, registered }: Scene): void => {
  const { random, timeline } = world;
  const count = random.between(1, 3);
  for (let number = 1; number <= count; number++) {
    const startMs = random.between(100, isCalm ? 2000 : REPAIRED_MS - 3000);
    const needed = random.between(2, 5);
    const isUnreadable = random.chance(0.1);
    for (let at = 0; at < needed; at++) {
      for (const origin of origins) {
        if (!random.chance(0.85)) continue;
        timeline.after(startMs + random.between(0, 3000), () => {
          if (!origin.isUp) return;
          const fragment = { transfer: `route-${number}`, at, needed };
          origin.accept({ uid: `uid-route-${number}`, isPoison: false, isUnreadable, fragment }, registered(), {});
        });
      }
    }
  }
};

const planBeats = (scene: Scene): void => {
  const { world, origins, sinks, elects } = scene;
  const { timeline, mutation } = world;
  const beat = (): void => {
    const { nowMs } = timeline;
    const alive = new Map<string, string[]>();
    for (const sink of sinks) {
      if (sink.isUp && sink.isConnected) sink.lastBeatMs = nowMs;
      const counts = mutation === 'absent destination counts as alive' || nowMs - sink.lastBeatMs < FRESH_MS;
      if (counts) alive.set(sink.destination, [...(alive.get(sink.destination) ?? []), sink.name]);
    }
    for (const origin of origins) if (origin.isUp && (origin.isConnected || elects)) origin.alive(alive);
    timeline.after(BEAT_MS, beat);
  };
  const tick = (): void => {
    for (const node of [...origins, ...sinks]) if (node.isUp) node.tick();
    if (isOver(scene)) timeline.end();
    timeline.after(timeline.nowMs < REPAIRED_MS + 10_000 ? TICK_MS : SLOW_TICK_MS, tick);
  };
  beat();
  tick();
};

const planFaults = (scene: Scene): void => {
  const { world, sinks, isCalm } = scene;
  const { random, timeline } = world;
  const gone = sinks[random.between(0, sinks.length - 1)];
  if (gone !== undefined && sinks.length > 1 && random.chance(0.25)) {
    timeline.after(random.between(1, REPAIRED_MS - 1), () => {
      gone.isGone = true;
      if (gone.isUp) gone.crash({ loseVolume: false });
    });
  }
  if (isCalm) return;
  const faults = random.between(0, 8);
  for (let at = 0; at < faults; at++) timeline.after(random.between(500, REPAIRED_MS), () => breakSomething(scene));
};

const downMs = ({ random }: World): number =>
  random.chance(0.1) ? random.between(20_000, 40_000) : random.between(50, 5000);

const breakSomething = (scene: Scene): void => {
  const { world, broker, origins, sinks, workers } = scene;
  const { random, timeline } = world;
  const node = [...origins, ...sinks][random.between(0, origins.length + sinks.length - 1)];
  const kind = random.between(1, 12);
  if (kind <= 5) {
    const origin = origins[random.between(0, origins.length - 1)];
    const sink = sinks[random.between(0, sinks.length - 1)];
    if (kind <= 2) crashOrigin(world, origin);
    else crashSink(world, sink);
  } else if (kind === 6) {
    broker.isDown = true;
    world.trace(() => 'broker down');
    timeline.after(downMs(world), () => (broker.isDown = false));
  } else if (kind <= 8) {
    if (node !== undefined) cut(world, node, origins);
  } else if (kind === 9) {
    for (const worker of workers) worker.isUp = false;
    timeline.after(downMs(world), () => {
      for (const worker of workers) worker.isUp = true;
    });
  } else if (kind <= 11) {
    const worker = workers[random.between(0, workers.length - 1)];
    const pausedMs = random.chance(0.2) ? random.between(20_000, 180_000) : random.between(100, 5000);
    if (worker !== undefined) worker.pausedUntilMs = timeline.nowMs + pausedMs;
  } else {
    node?.diskFull(true);
    timeline.after(random.between(500, 5000), () => node?.diskFull(false));
  }
};

const crashOrigin = (world: World, origin: SimulatedOrigin | undefined): void => {
  if (origin?.isUp !== true) return;
  const { random, timeline } = world;
  origin.crash({ loseVolume: random.chance(0.15), newBoot: random.chance(0.3) });
  timeline.after(downMs(world), () => {
    if (!origin.isUp) origin.start();
  });
};

const crashSink = (world: World, sink: SimulatedSink | undefined): void => {
  if (sink?.isUp !== true) return;
  const { random, timeline } = world;
  sink.crash({ loseVolume: random.chance(0.05) });
  timeline.after(downMs(world), () => {
    if (!sink.isUp && !sink.isGone) sink.start();
  });
};

const cut = (
  { random, timeline }: World,
  node: SimulatedOrigin | SimulatedSink,
  origins: readonly SimulatedOrigin[],
): void => {
  const set = (isConnected: boolean): void => {
    const origin = origins.find((each) => each === node);
    if (origin === undefined) node.isConnected = isConnected;
    else if (origin.isUp) origin.connect(isConnected);
  };
  set(false);
  timeline.after(random.between(100, 8000), () => set(true));
};

/** Everything that will ever come back comes back soon, and from now on nothing is lost. Stalled copies still come. */
const repair = (scene: Scene): void => {
  const { world, broker, origins, sinks, workers } = scene;
  world.trace(() => 'faults end');
  world.isFaulty = false;
  broker.isDown = false;
  for (const worker of workers) worker.isUp = true;
  for (const node of [...origins, ...sinks]) node.diskFull(false);
  for (const origin of origins) if (origin.isUp) origin.connect(true);
  for (const sink of sinks) sink.isConnected = true;
};

export interface SimulateManyOptions {
  readonly runs: number;
  /** Of the first run; the others follow. */
  readonly seed: number;
  readonly mutation?: Mutation;
  /** Ends at the first violation. */
  readonly untilViolation?: boolean;
}

export interface SimulatedRuns {
  readonly runs: number;
  readonly failed: readonly { readonly seed: number; readonly violations: readonly string[] }[];
  readonly items: number;
  readonly deliveries: number;
  readonly republished: number;
  readonly repeats: number;
  readonly outcomes: Readonly<Record<string, number>>;
}

/** Many runs; a failed one is replayed by `simulate({ seed, trace: true })` with its seed. */
export const simulateMany = ({ runs, seed, mutation, untilViolation = false }: SimulateManyOptions): SimulatedRuns => {
  const failed: { seed: number; violations: readonly string[] }[] = [];
  const sum = { items: 0, deliveries: 0, republished: 0, repeats: 0 };
  const outcomes: Record<string, number> = {};
  let runCount = 0;
  for (let done = 0; done < runs; done++) {
    if (untilViolation && failed.length > 0) break;
    const run = simulate({ seed: seed + done, ...(mutation && { mutation }) });
    runCount += 1;
    if (run.violations.length > 0) failed.push({ seed: run.seed, violations: run.violations });
    for (const key of ['items', 'deliveries', 'republished', 'repeats'] as const) sum[key] += run[key];
    for (const [reason, count] of Object.entries(run.outcomes)) outcomes[reason] = (outcomes[reason] ?? 0) + count;
  }
  return { runs: runCount, failed, ...sum, outcomes };
};
