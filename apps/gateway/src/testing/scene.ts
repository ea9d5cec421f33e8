/** A whole gateway for tests: simulated radios on ephemeral ports, a bus to watch, TAK clients. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_ROOT, LinkState, meshtastic, reasonText } from '@cotbus/contracts';
import type { Outcome } from '@cotbus/contracts';
import { createMqttBus, streamOpener, systemClock } from '@cotbus/service';
import type { Bus } from '@cotbus/service';
import { silentLog } from '@cotbus/service/testing';
import { connectAsync } from 'mqtt';
import { createMesh, startSimulatedRadio } from '@cotbus/simulator';
import type { FirmwareVersion, Mesh, SimulatedRadio, TextPacker } from '@cotbus/simulator';
import { connectTakClient } from '@cotbus/testkit';
import type { TakClient } from '@cotbus/testkit';
import { startGateway } from '../gateway.ts';
import { gatewayOptions } from '../options.ts';

const WAIT_MS = 10_000;
const { SHORT_TURBO } = meshtastic.Config_LoRaConfig_ModemPreset;
const { US } = meshtastic.Config_LoRaConfig_RegionCode;

export interface Scene {
  /** The mesh of the first radio. */
  readonly mesh: Mesh;
  readonly meshes: ReadonlyMap<string, Mesh>;
  readonly radios: readonly SimulatedRadio[];
  readonly bus: Bus;
  /** Of the gateway's broker. */
  readonly busUrl: string;
  /** Every outcome so far, in order of publishing. */
  readonly outcomes: readonly Outcome[];
  /** The first outcome, so far or to come, that the predicate takes. */
  outcome(what: string, predicate: (outcome: Outcome) => boolean): Promise<Outcome>;
  /** Publishes any bytes on any topic, as a stranger on the bus could. */
  publishRaw(topic: string, payload: Uint8Array): void;
  /** The data folder. */
  readonly folder: string;
  /** `host:port` of the TAK listener. */
  readonly takAddress: string;
  /** A TAK client on the gateway's TCP port. */
  client(): Promise<TakClient>;
  stop(): Promise<void>;
}

export interface SceneOptions {
  /** Radios, each with an agent of its own. */
  readonly radios?: number;
  /** Mesh of each radio, by its place; `valley` for those left out. */
  readonly meshNames?: readonly string[];
  readonly toMesh?: Record<string, unknown>;
  /** Of every agent, besides what else is said here. */
  readonly agent?: Record<string, unknown>;
  /** `tak.relay` */
  readonly relay?: readonly Record<string, unknown>[];
  /** `tak.translate` */
  readonly translate?: readonly Record<string, unknown>[];
  /** Of another scene, whose radios hear the same. */
  readonly meshes?: ReadonlyMap<string, Mesh>;
  /** Number of the first radio's node; 0x1000 when left out. */
  readonly firstNode?: number;
  readonly firmware?: FirmwareVersion;
  /** Sends eight times as fast, without a duty cycle. */
  readonly fast?: boolean;
  readonly role?: meshtastic.Config_DeviceConfig_Role;
  /** Unishox2, for radios with older firmware in a TAK role. */
  readonly packer?: TextPacker;
  /** How agents reach the mesh; over TCP, one for each radio, when left out. */
  readonly reach?: (parts: { readonly mesh: Mesh; readonly radios: readonly SimulatedRadio[] }) => Promise<Reach>;
  /** Of the worker. */
  readonly worker?: Record<string, unknown>;
  /** Of the recorder; nothing is recorded when left out. */
  readonly record?: Record<string, unknown>;
}

export interface Reach {
  /** What the options of each radio say besides its name, its mesh and `toMesh`. */
  readonly agents: readonly Record<string, unknown>[];
  close(): Promise<void>;
}

const overTcp: NonNullable<SceneOptions['reach']> = async ({ radios }) => ({
  agents: radios.map(({ port }) => ({ tcp: `127.0.0.1:${port}` })),
  close: async () => {},
});

const startRadio = (
  mesh: Mesh,
  index: number,
  { firmware, fast = false, role, packer, firstNode = 0x1000 }: SceneOptions,
) =>
  startSimulatedRadio({
    mesh,
    node: { num: firstNode + index, longName: `Base ${index}`, shortName: `B${index}`, ...(role && { role }) },
    ...(packer && { packer }),
    ...(firmware && { firmware }),
    ...(fast && { preset: SHORT_TURBO, region: US }),
  });

/** Starts everything and waits until each radio is ready and each service has said so. */
export const startScene = async (options: SceneOptions = {}): Promise<Scene> => {
  const {
    radios: count = 1,
    meshNames = [],
    toMesh = {},
    agent: common = {},
    relay = [],
    translate = [],
    reach = overTcp,
    worker = {},
    record = {},
  } = options;
  const nameOf = (index: number): string => meshNames[index] ?? 'valley';
  const names = [...new Set(Array.from({ length: count }, (_, index) => nameOf(index)))];
  const meshes =
    options.meshes ?? new Map(names.map((name, at) => [name, createMesh({ clock: systemClock, seed: 7 + at })]));
  const meshOf = (index: number): Mesh => meshes.get(nameOf(index)) ?? createMesh({ clock: systemClock, seed: 7 });
  const mesh = meshOf(0);
  const radios = await Promise.all(
    Array.from({ length: count }, (_, index) => startRadio(meshOf(index), index, options)),
  );
  const reached = await reach({ mesh, radios });
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-scene-'));
  const gateway = await startGateway(
    gatewayOptions.parse({
      radios: reached.agents.map((agent, index) => ({
        name: `radio-${index}`,
        mesh: nameOf(index),
        ...agent,
        ...common,
        toMesh,
      })),
      worker,
      record,
      tak: { listen: { port: 0 }, relay, translate },
      console: { enabled: false },
      bus: { listen: { port: 0 } },
      journals: { folder },
    }),
    silentLog(),
  );
  if ('fault' in gateway.busDoor) throw new Error(gateway.busDoor.fault);
  const bus = createMqttBus({
    root: DEFAULT_ROOT,
    clientId: `scene-${randomBytes(4).toString('hex')}`,
    openStream: streamOpener(`mqtt://${gateway.busDoor.address}`),
    clock: systemClock,
    random: Math.random,
    log: silentLog(),
  });
  const stranger = await connectAsync(`mqtt://${gateway.busDoor.address}`);
  const outcomes = await watchOutcomes(bus);
  const takPort = await watchReady(bus, reached.agents.length);
  return {
    mesh,
    meshes,
    radios,
    bus,
    busUrl: `mqtt://${gateway.busDoor.address}`,
    outcomes: outcomes.seen,
    outcome: outcomes.waitFor,
    publishRaw: (topic, payload) => stranger.publish(topic, Buffer.from(payload)),
    folder,
    takAddress: `127.0.0.1:${takPort}`,
    client: () => connectTakClient(takPort),
    stop: async () => {
      await stranger.endAsync(true);
      await bus.close();
      await gateway.stop();
      await reached.close();
      await Promise.all(radios.map((radio) => radio.close()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** Something that may become true with each call of `look`. */
const createWaits = () => {
  const looks = new Set<() => void>();
  return {
    look: () => looks.forEach((look) => look()),
    until: <T>(what: string, find: () => T | undefined): Promise<T> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = find();
          if (found === undefined) return;
          clearTimeout(timer);
          looks.delete(look);
          resolve(found);
        };
        const timer = setTimeout(() => reject(new Error(`no ${what}`)), WAIT_MS);
        looks.add(look);
        look();
      }),
  };
};

const watchOutcomes = async (bus: Bus) => {
  const seen: Outcome[] = [];
  const waits = createWaits();
  await bus.subscribe('outcome', {}, (batch) => {
    seen.push(...(batch?.outcomes ?? []));
    waits.look();
  });
  const list = () => seen.map(({ reason, detail }) => `${reasonText(reason)} (${detail})`).join('; ');
  return {
    seen,
    waitFor: (what: string, predicate: (outcome: Outcome) => boolean) =>
      waits.until(`${what} among ${list()}`, () => seen.find(predicate)),
  };
};

/** @returns the TAK port, when every radio is ready. */
const watchReady = async (bus: Bus, radios: number): Promise<number> => {
  const open = new Set<string>();
  let takPort: number | undefined;
  const waits = createWaits();
  await bus.subscribe('agentStatus', {}, (status) => {
    if (status?.link === LinkState.OPEN) open.add(status.agent);
    waits.look();
  });
  await bus.subscribe('serviceStatus', { name: 'tak-egress' }, (status) => {
    const listener = status?.links.find(({ transport }) => transport === 'tcp-server');
    takPort = listener && Number(listener.address.split(':').at(-1));
    waits.look();
  });
  return waits.until('radio ready', () => (open.size === radios ? takPort : undefined));
};
