/**
 * The codec worker: a pure pipe between the bus and the codec. It keeps nothing but unfinished transfers, which their
 * origins keep too, writes no outcome and sends exactly one
 * result per item and destination, so killing it costs no more than a repeat by the origin.
 */
import { hostname } from 'node:os';
import { createEventEncoder, createFrameDecoder } from '@cotbus/codec';
import { createMessage, isTopicLevel } from '@cotbus/contracts';
import type { Command, FrameHeard } from '@cotbus/contracts';
import { proveSharing, ServiceError, watchServices } from '@cotbus/service';
import type { Service, ServiceContext } from '@cotbus/service';
import { createAssemble } from './assemble.ts';
import type { WorkerOptions } from './options.ts';
import { workerOptions } from './options.ts';
import { followOverrides } from './live-overrides.ts';
import { openWire } from './open-wire.ts';
import { readPlainOptions } from './plain-options.ts';
import { followSendAs } from './send-as.ts';
import { createTranslate } from './translate.ts';

/** After this the sender has repeated everything anyway. */
const ANSWER_LIFE_MS = 10_000;

/** Asks the agent that heard the last fragment to say that all of it arrived. Whether it does changes nothing here. */
const answerCommand = (heard: FrameHeard, payload: Uint8Array, random: () => number): Command =>
  createMessage('command', {
    id: random().toString(36).slice(2),
    target: heard.item?.id?.origin ?? '',
    verb: 'answer',
    lifeMs: ANSWER_LIFE_MS,
    arguments: { payload: Buffer.from(payload).toString('hex') },
  });

/** Containers of one service differ in nothing but their host name. */
const workerName = ({ name, shared }: WorkerOptions): string => {
  const host = hostname().replaceAll(/[^A-Za-z0-9_.-]/g, '-');
  return name ?? (shared && isTopicLevel(`worker-${host}`) ? `worker-${host}` : 'worker');
};

/** All workers of an installation. */
const GROUP = 'codec-worker';

const start = async (context: ServiceContext, options: WorkerOptions): Promise<void> => {
  const { bus, clock, instance, log, random, status } = context;
  if (options.shared && !(await proveSharing(bus, clock, random))) {
    throw new ServiceError(
      'bus_unusable',
      'The broker takes shared subscriptions and delivers nothing to them. Run one worker with worker.shared off ' +
        '(COTBUS_WORKER_SHARED=false), or use a broker that shares: mosquitto, VerneMQ, EMQX, HiveMQ.',
    );
  }
  const membership = options.shared ? { group: GROUP } : {};
  const sent = (accepted: boolean, what: string): void => {
    status.count(accepted ? what : 'results_unsent_total');
    if (!accepted) log.debug({ what }, 'result.unsent');
  };
  const wire = openWire(options.dictionaries, log);
  const configured = readPlainOptions(options.nodes);
  const plain = { ...configured, nodes: await followOverrides(bus, configured.nodes) };
  const translate = createTranslate({
    decode: createFrameDecoder({ wire, plain, onVersionBits: () => status.count('frames_with_version_bits_total') }),
    encode: createEventEncoder({
      wire,
      plain,
      splitting: options.routes,
      transferId: () => Math.floor(random() * 2 ** 24),
    }),
    sendAs: await followSendAs(bus),
  });
  await bus.subscribe(
    'frameHeard',
    {},
    (heard) => {
      if (heard !== undefined) sent(bus.publish('rxResult', translate.frame(heard)), 'frames_translated_total');
    },
    membership,
  );
  const workers = await watchServices(bus, clock, codecWorker.name);
  const assemble = createAssemble(instance, () => workers.alive());
  // No group: each worker needs every fragment.
  await bus.subscribe('fragmentHeard', {}, (heard) => {
    if (heard === undefined) return;
    status.count('fragments_heard_total');
    const assembled = assemble(heard, clock.monotonic());
    if (assembled === undefined) return;
    sent(bus.publish('rxResult', assembled.result), 'transfers_translated_total');
    if (assembled.answer !== undefined) bus.publish('command', answerCommand(heard, assembled.answer, random));
  });
  await bus.subscribe(
    'eventHeard',
    {},
    (heard) => {
      if (heard === undefined) return;
      for (const result of translate.event(heard)) sent(bus.publish('txResult', result), 'events_translated_total');
    },
    membership,
  );
};

export const codecWorker: Service<WorkerOptions> = {
  name: 'codec-worker',
  section: 'worker',
  options: workerOptions,
  instance: workerName,
  start,
};
