/** Codec workers with nobody around: frames on the bus in, results on the bus out. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFilter, createMessage, DEFAULT_ROOT, encodeMessage } from '@cotbus/contracts';
import { benchFrame } from './bench-frames.ts';
import { connectTimed } from './bench-mqtt.ts';
import { probeProcess } from './bench-probe.ts';
import { startMosquitto } from './mosquitto.ts';
import { createProcesses } from './process.ts';
import { commandOf, workerPlan } from './service-config.ts';
import { HarnessError, until } from './wait.ts';

const START_MS = 60_000;
const STUCK_MS = 60_000;

export interface WorkersAlone {
  readonly workers: number;
  /** Counted, after as many that are not. */
  readonly count: number;
  readonly underWay: number;
}

export interface WorkersCost {
  readonly perSecond: number;
  /** Processor time of a frame, of all workers together; 0 where there is no /proc. */
  readonly cpuMicros: number;
}

export const runWorkersAlone = async (mosquitto: string, shape: WorkersAlone): Promise<WorkersCost> => {
  const { workers: number, count } = shape;
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-worker-'));
  const processes = createProcesses();
  try {
    const broker = await startMosquitto(processes, mosquitto, folder);
    const options = { brokerPort: broker.port, durable: false, clockJumps: false };
    const workers = Array.from({ length: number }, (_, at) => {
      const plan = workerPlan(`worker-${at + 1}`, number > 1);
      return processes.start(commandOf(plan, join(folder, plan.name), options));
    });
    for (const worker of workers) {
      await until('the worker is ready', START_MS, async () => (await worker.unready()) === undefined);
    }
    const client = await connectTimed(broker.port, buildFilter(DEFAULT_ROOT, 'rxResult'));
    const cpu = async (): Promise<number> => {
      const figures = await Promise.all(workers.map((worker) => probeProcess(() => worker.pid).figures()));
      return figures.reduce((sum, { cpuMicros }) => sum + cpuMicros, 0);
    };
    // Each of them must have compiled what it runs.
    await round(client, 0, { ...shape, count: count * number });
    const before = await cpu();
    const seconds = await round(client, count * number, shape);
    const cpuMicros = ((await cpu()) - before) / count;
    await client.close();
    return { perSecond: count / seconds, cpuMicros };
  } finally {
    await processes.endAll();
    rmSync(folder, { recursive: true, force: true });
  }
};

type TimedClient = Awaited<ReturnType<typeof connectTimed>>;

const round = (
  client: TimedClient,
  first: number,
  { count, underWay }: Omit<WorkersAlone, 'workers'>,
): Promise<number> =>
  new Promise((resolve, reject) => {
    const beginMs = performance.now();
    const timer = setTimeout(() => reject(new HarnessError('timeout', 'results stay away')), STUCK_MS);
    let sent = 0;
    let received = 0;
    const send = (): void => {
      sent += 1;
      const { topic, payload } = heardFrame(first + sent);
      client.publish(topic, payload);
    };
    client.onMessage(() => {
      received += 1;
      if (sent < count) send();
      if (received < count) return;
      clearTimeout(timer);
      resolve((performance.now() - beginMs) / 1000);
    });
    while (sent < Math.min(count, underWay)) send();
  });

/** What an agent publishes of a frame. */
const heardFrame = (number: number): { topic: string; payload: Buffer } => {
  const { from, to, id: packetId, payloadVariant } = benchFrame(number);
  const data = payloadVariant.case === 'decoded' ? payloadVariant.value : undefined;
  const item = { id: { origin: 'radio-1', incarnation: 1, nonce: 1n, seq: number }, attempt: 1, destinations: ['tak'] };
  const heard = { item, mesh: 'mesh-1', port: data?.portnum ?? 0, from, to, packetId, frameHash: BigInt(number) };
  const message = createMessage('frameHeard', { ...heard, payload: data?.payload ?? new Uint8Array() });
  const { topic, payload } = encodeMessage(DEFAULT_ROOT, 'frameHeard', message);
  return { topic, payload: Buffer.from(payload) };
};
