/** Scripted units on a mesh: they walk, report, talk, and answer chats of others. */
import type { meshtastic } from '@cotbus/contracts';
import { broadcastPacket } from './mesh-packet.ts';
import type { Mesh } from './mesh.ts';
import { between } from './random.ts';
import { createTimers, type Timers } from './timers.ts';
import { answerTo } from './unit-answer.ts';
import { defaultUnits, type UnitPlan } from './unit-plans.ts';
import { messagesAt, type Message, type Step } from './unit-script.ts';

/** Time between two reports of one unit. */
const DEFAULT_INTERVAL_MS = 5000;
/** Between the first reports of two units: six of them are done within a second. */
const FIRST_REPORT_GAP_MS = 150;
const ANSWER_MS = [600, 1500] as const;

export interface UnitsOptions {
  readonly mesh: Mesh;
  /** Default: the six of the demo. */
  readonly plans?: readonly UnitPlan[];
  /** Time between two reports of one unit, milliseconds. Default 5000. */
  readonly intervalMs?: number;
}

export interface Units {
  stop(): void;
}

export const startUnits = ({ mesh, plans = defaultUnits, intervalMs = DEFAULT_INTERVAL_MS }: UnitsOptions): Units => {
  const timers = createTimers(mesh.clock);
  const own = new Set(plans.map(({ num }) => num));
  const leaves = plans.map((unit, index) => {
    const firstMs = (index + 1) * FIRST_REPORT_GAP_MS;
    return startUnit({ mesh, unit, timers, own, firstMs, intervalMs });
  });
  return {
    stop: () => {
      timers.cancel();
      for (const leave of leaves) leave();
    },
  };
};

interface UnitOptions {
  readonly mesh: Mesh;
  readonly unit: UnitPlan;
  readonly timers: Timers;
  /** Numbers of all units: they do not answer each other. */
  readonly own: ReadonlySet<number>;
  readonly firstMs: number;
  readonly intervalMs: number;
}

const startUnit = ({ mesh, unit, timers, own, firstMs, intervalMs }: UnitOptions): (() => void) => {
  const { clock } = mesh;
  const startMs = clock.now() + firstMs;
  let step = 0;
  let answering = false;

  const now = (): Step => {
    const nowMs = clock.now();
    return { step, nowMs, elapsedMs: nowMs - startMs, messageId: `sim-${mesh.nextPacketId().toString(16)}` };
  };
  const send = (message: Message): void => {
    mesh.transmit(broadcastPacket({ ...message, from: unit.num, id: mesh.nextPacketId() }));
  };
  const report = (): void => {
    for (const message of messagesAt(unit, now())) send(message);
    step += 1;
  };
  const hear = (packet: meshtastic.MeshPacket): void => {
    if (answering || own.has(packet.from)) return;
    const answer = answerTo(unit, packet);
    if (!answer) return;
    answering = true;
    timers.after(between(mesh.random, ...ANSWER_MS), () => {
      answering = false;
      send(answer(now()));
    });
  };

  timers.after(firstMs, () => {
    report();
    timers.every(intervalMs, report);
  });
  return mesh.join({ num: unit.num, hopsAway: unit.hopsAway, hear });
};
