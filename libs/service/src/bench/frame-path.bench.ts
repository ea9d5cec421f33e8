/** The way of a frame from the agent to the TAK links, once with custody and once without; the worker is the same. */
import { create, toBinary } from '@bufbuild/protobuf';
import { buildEventXml, createFrameDecoder, createV2Wire, stampEvent } from '@cotbus/codec';
import {
  createMessage,
  FrameHeardSchema,
  ItemSchema,
  Kind,
  meshtastic,
  reasonOf,
  RxResultSchema,
} from '@cotbus/contracts';
import type { FrameHeard, ReasonName, RxResult } from '@cotbus/contracts';
import type { Bus } from '../bus.ts';
import { systemClock } from '../clock.ts';
import { openCustodyOrigin } from '../custody-origin.ts';
import { openCustodySink } from '../custody-sink.ts';
import type { CustodyOutcome } from '../custody/messages.ts';
import { createKnownMessages } from '../known-messages.ts';
import { openOutcomeLog } from '../outcome-log.ts';
import type { JournalPlace } from '../service.ts';
import { silentLog } from '../testing/silent-log.ts';
import type { BenchBroker } from './bench-bus.bench.ts';

const SINK = 'tak';
const ORIGIN = 'radio-1';
/** Of all its frames. */
const PORT = meshtastic.PortNum.NODEINFO_APP;

export interface FramePath {
  hear(frame: FrameHeard): void;
  /** Events handed to TAK. */
  readonly delivered: number;
  /** Publishes beyond the first of a frame. */
  readonly repeated: number;
  /** Nothing is under way. */
  readonly isIdle: boolean;
  close(): Promise<void>;
}

/** Contacts need neither zstd nor dictionaries. */
const decodeFrame = createFrameDecoder({ wire: createV2Wire({ zstd: undefined, dictionaries: [] }) });

/** What a codec worker does. */
const startWorker = async (bus: Bus): Promise<void> => {
  await bus.subscribe('frameHeard', {}, (heard) => {
    if (heard?.item === undefined) return;
    const decoded = decodeFrame(heard);
    if (!decoded.ok) throw new TypeError(`the bench's own frame is refused: ${decoded.detail}`);
    const { item, mesh, from: node, port, packetId, frameHash } = heard;
    const about = { item, mesh, node, port, packetId, frameHash, kind: Kind.PLI };
    bus.publish('rxResult', createMessage('rxResult', { ...about, result: { case: 'event', value: decoded.event } }));
  });
};

/** What an egress does with an event, but for the sockets. @returns bytes written. */
const deliver = ({ result }: RxResult, heardWallMs: number): number =>
  result.case === 'event' ? buildEventXml(stampEvent(result.value, heardWallMs)).length : 0;

/** At most once, with no journal, receipt or outcome. */
export const openBarePath = async (broker: BenchBroker): Promise<FramePath> => {
  const [agent, worker, egress] = [await broker.connect('a'), await broker.connect('w'), await broker.connect('e')];
  let heard = 0;
  let delivered = 0;
  await startWorker(worker);
  await egress.subscribe('rxResult', {}, (result) => {
    if (result !== undefined && deliver(result, Date.now()) > 0) delivered += 1;
  });
  return {
    hear: (frame) => {
      heard += 1;
      const item = create(ItemSchema, { id: { origin: ORIGIN, incarnation: 1, nonce: 1n, seq: heard }, attempt: 1 });
      agent.publish('frameHeard', { ...frame, item });
    },
    get delivered() {
      return delivered;
    },
    repeated: 0,
    get isIdle() {
      return delivered === heard;
    },
    close: () => broker.close(),
  };
};

/** As the services do it: origin, sink and outcome logs with journals. */
export const openCustodyPath = async (broker: BenchBroker, journals: JournalPlace): Promise<FramePath> => {
  const [agent, worker, egress] = [await broker.connect('a'), await broker.connect('w'), await broker.connect('e')];
  await startWorker(worker);
  const sink = await startSink(egress, journals);
  const origin = await startOrigin(agent, journals);
  let heard = 0;
  return {
    hear: (frame) => {
      heard += 1;
      origin.hear(frame);
    },
    get delivered() {
      return sink.delivered;
    },
    get repeated() {
      return origin.stats().republished;
    },
    get isIdle() {
      return sink.delivered === heard && origin.stats().open === 0;
    },
    close: async () => {
      await origin.close();
      await sink.close();
      await broker.close();
    },
  };
};

const common = { clock: systemClock, log: silentLog(), nonce: 1n };

const startSink = async (bus: Bus, journals: JournalPlace) => {
  const outcomes = await openOutcomeLog({ ...common, owner: SINK, journals, bus });
  const results = createKnownMessages(RxResultSchema);
  let delivered = 0;
  const sink = await openCustodySink({
    ...common,
    name: SINK,
    journals,
    bus,
    hand: ({ id, result: { heardWallMs, message } }) => {
      if (deliver(results.of(message), heardWallMs) > 0) delivered += 1;
      sink.settle(id, { reason: 'delivered', detail: '1 client' });
    },
    ended: ({ item, destination, reason, detail }, taken) => {
      const { kind, mesh, node, port, packetId, result } = results.of(taken.result.message);
      const { uid = '', callsign = '' } = result.case === 'event' ? result.value : {};
      const about = { kind, uid, callsign, mesh, node, port, packetId };
      outcomes.record({ item, destination, ...about, reason: reasonOf(reason as ReasonName), detail });
    },
    endedBefore: () => undefined,
  });
  await sink.begin();
  await bus.subscribe('rxResult', {}, (result, _, bytes) => {
    if (result === undefined) return;
    results.know(bytes, result);
    sink.take(result.item, bytes);
  });
  return {
    get delivered() {
      return delivered;
    },
    close: async () => {
      await sink.close();
      await outcomes.close();
    },
  };
};

const startOrigin = async (bus: Bus, journals: JournalPlace) => {
  const outcomes = await openOutcomeLog({ ...common, owner: ORIGIN, journals, bus });
  const ended = ({ item, destination, reason, detail }: CustodyOutcome): void =>
    outcomes.record({ item, destination, reason: reasonOf(reason as ReasonName), detail });
  const origin = await openCustodyOrigin({
    ...common,
    name: ORIGIN,
    journals,
    bus,
    random: Math.random,
    alive: () => new Map([[SINK, [SINK]]]),
    publish: (item, payload) => {
      const header = toBinary(FrameHeardSchema, create(FrameHeardSchema, { item }));
      const bytes = new Uint8Array(payload.length + header.length);
      bytes.set(payload);
      bytes.set(header, payload.length);
      return bus.publish('frameHeard', createMessage('frameHeard', { item, port: PORT }), bytes);
    },
    ended,
    endedBefore: ended,
  });
  return {
    hear: (frame: FrameHeard) =>
      origin.accept({ payload: toBinary(FrameHeardSchema, frame), destinations: [SINK], refused: [] }),
    stats: () => origin.stats(),
    close: async () => {
      await origin.close();
      await outcomes.close();
    },
  };
};
