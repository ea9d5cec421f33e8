/** What one agent takes of an MQTT uplink: encrypted envelopes, each packet heard by three gateways. */
import { create, toBinary } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { systemClock } from '@cotbus/service';
import { broadcastPacket, createMesh, defaultKeyChannel, startUplinkGateway } from '@cotbus/simulator';
import { connectTimed } from './bench-mqtt.ts';
import type { BenchOptions, BenchResult } from './bench-report.ts';
import { cpuPerEvent, figuresOf, startBenchSite } from './bench-site.ts';
import type { BenchSite } from './bench-site.ts';
import { pace } from './pace.ts';
import { until, waitFor } from './wait.ts';

const ROOT_TOPIC = 'msh/EU_868';
/** Gateways that hear a packet. */
const COPIES = 3;
/** 10 sites of 200. */
const NODES = 2000;
const FIRST_NODE = 0x00c20000;
const GATEWAYS = 0x00c10000;
/** After the load has ended. */
const DRAIN_MS = 60_000;
const OPEN_MS = 30_000;
const SETTLE_MS = 180_000;
const STILL_MS = 2000;

interface Envelope {
  readonly topic: string;
  readonly payload: Buffer;
}

interface Step {
  readonly perSecond: number;
  readonly published: number;
  readonly taken: number;
  /** Until the agent had taken them, from the last envelope. */
  readonly drainSeconds: number;
  /** Until all had their results, from then. */
  readonly settleSeconds: number;
  readonly cpu: ReadonlyMap<string, number>;
}

export const benchUplink = async ({ quick, mosquitto }: BenchOptions): Promise<BenchResult> => {
  const seconds = quick ? 3 : 10;
  const steps: Step[] = [];
  for (const perSecond of quick ? [600] : [600, 1500, 3000, 4500]) {
    steps.push(await runStep(mosquitto, perSecond, seconds));
  }
  const cpuOf = ({ cpu }: Step, name: string): string => (cpu.get(name) ?? Number.NaN).toFixed(0);
  return {
    name: 'uplink',
    tables: [
      {
        title: `${seconds} s of envelopes, ${COPIES} of each packet, ${NODES} nodes; processor time in µs an envelope`,
        header: [
          'envelopes/s',
          'packets',
          'taken',
          'drained after s',
          'settled after s',
          'agent',
          'worker',
          'egress',
          'mosquitto',
        ],
        rows: steps.map((step) => [
          String(step.perSecond),
          String(step.published),
          String(step.taken),
          step.drainSeconds.toFixed(1),
          step.settleSeconds.toFixed(1),
          cpuOf(step, 'radio-agent'),
          cpuOf(step, 'codec-worker-1'),
          cpuOf(step, 'tak-egress'),
          cpuOf(step, 'mosquitto'),
        ]),
      },
    ],
    ratios: {},
    verdicts: steps.map(
      ({ perSecond, published, taken }) =>
        `${perSecond} envelopes/s: ${taken} of ${published} packets taken${taken < published ? ', THE REST WAS NOT' : ''}`,
    ),
  };
};

const uplinkOf = (brokerPort: number): Record<string, unknown> => ({
  uplink: {
    url: `mqtt://127.0.0.1:${brokerPort}`,
    root: ROOT_TOPIC,
    channels: [{ name: 'LongFast', key: 'default' }],
  },
});

const runStep = async (mosquitto: string, perSecond: number, seconds: number): Promise<Step> => {
  const packets = Math.floor((perSecond * seconds) / COPIES);
  const envelopes = makeEnvelopes(packets + 1);
  const site = await startBenchSite({ mosquitto, radio: uplinkOf });
  try {
    const gateway = await connectTimed(site.brokerPort, 'bench/nothing');
    const opening = envelopes.splice(0, COPIES);
    await until('the agent takes envelopes', OPEN_MS, async () => {
      for (const { topic, payload } of opening) gateway.publish(topic, payload, 0);
      return (await framesHeard(site)) > 0;
    });
    const heardBefore = await framesHeard(site);
    const before = await figuresOf(site);
    await pace(envelopes.length, perSecond, (number) => {
      const envelope = envelopes[number - 1];
      if (envelope !== undefined) gateway.publish(envelope.topic, envelope.payload, 0);
    });
    const endMs = performance.now();
    let taken = 0;
    await waitFor(DRAIN_MS, async () => {
      taken = (await framesHeard(site)) - heardBefore;
      return taken >= packets ? true : undefined;
    });
    const drainSeconds = (performance.now() - endMs) / 1000;
    const settleSeconds = await untilStill(site);
    const cpu = cpuPerEvent(before, await figuresOf(site), envelopes.length);
    await gateway.close();
    return { perSecond, published: packets, taken, drainSeconds, settleSeconds, cpu };
  } finally {
    await site.stop();
  }
};

const framesHeard = async ({ probes }: BenchSite): Promise<number> =>
  (await probes.get('radio-agent')?.metric('cotbus_frames_heard_total')) ?? 0;

/** The worker has nothing to translate any more. @returns seconds until then. */
const untilStill = async ({ probes }: BenchSite): Promise<number> => {
  const beginMs = performance.now();
  let translated = -1;
  let changedMs = beginMs;
  await until('nothing more to translate', SETTLE_MS, async () => {
    // A process that is behind may not even answer.
    const asked = probes.get('codec-worker-1')?.metric('cotbus_frames_translated_total');
    const now = (await asked?.catch(() => Number.NaN)) ?? 0;
    if (now !== translated) changedMs = performance.now();
    translated = now;
    return performance.now() - changedMs > STILL_MS;
  });
  return (changedMs - beginMs) / 1000;
};

/** Positions and names of all nodes in turn, as gateways publish them. */
const makeEnvelopes = (packets: number): Envelope[] => {
  const mesh = createMesh({ clock: systemClock, seed: 1, channels: [defaultKeyChannel] });
  const made: Envelope[] = [];
  const broker = {
    publish: (topic: string, payload: Uint8Array) => void made.push({ topic, payload: Buffer.from(payload) }),
    subscribe: () => () => undefined,
  };
  for (let index = 0; index < COPIES; index += 1) {
    const node = { num: GATEWAYS + index, longName: `Uplink ${index}`, shortName: `U${index}` };
    startUplinkGateway({ mesh, broker, node, root: ROOT_TOPIC });
  }
  for (let number = 1; number <= packets; number += 1) mesh.transmit(nodePacket(number));
  return made;
};

const nodePacket = (number: number): meshtastic.MeshPacket => {
  const { PositionSchema, UserSchema, PortNum } = meshtastic;
  const index = number % NODES;
  const from = FIRST_NODE + index;
  const isName = Math.floor(number / NODES) % 4 === 0;
  const user = { longName: `Node ${index}`, shortName: `${index}` };
  const place = { latitudeI: 470_000_000 + number, longitudeI: 110_000_000 + index, altitude: 600, precisionBits: 32 };
  return isName
    ? broadcastPacket({
        from,
        id: number,
        portnum: PortNum.NODEINFO_APP,
        payload: toBinary(UserSchema, create(UserSchema, user)),
      })
    : broadcastPacket({
        from,
        id: number,
        portnum: PortNum.POSITION_APP,
        payload: toBinary(PositionSchema, create(PositionSchema, place)),
      });
};
