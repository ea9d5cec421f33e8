/** The ways in which an agent reaches a mesh, for scenes. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { startUplinkGateway } from '@cotbus/simulator';
import type { FirmwareVersion, MeshBrokerClient, SimulatedRadio } from '@cotbus/simulator';
import { createPtyLine } from '@cotbus/testkit';
import type { PtyLine } from '@cotbus/testkit';
import { Aedes } from 'aedes';
import { connectAsync } from 'mqtt';
import type { MqttClient } from 'mqtt';
import type { Reach, SceneOptions } from './scene.ts';

type ReachBy = NonNullable<SceneOptions['reach']>;

const ROOT = 'msh/EU_868';

/** Each radio on a pseudo terminal of its own. */
export const serialTransport = () => {
  let lines: PtyLine[] = [];
  const reach: ReachBy = async ({ radios }): Promise<Reach> => {
    lines = radios.map(() => createPtyLine());
    await replug(radios);
    return {
      agents: lines.map(({ path }) => ({ serial: path })),
      close: async () => {
        for (const line of lines) await line.close();
      },
    };
  };
  /** Unplugs every line that is still there, and plugs it in again. */
  const replug = async (radios: readonly SimulatedRadio[]): Promise<void> => {
    for (const [index, line] of lines.entries()) {
      await line.unplug();
      await line.plugIn(radios[index]?.port ?? 0);
    }
  };
  return { reach, replug };
};

/** As many gateways with MQTT as there are radios, and one agent at their broker. */
export const uplinkTransport = (firmware: FirmwareVersion) => {
  const broker = createTcpBroker();
  const reach: ReachBy = async ({ mesh, radios }): Promise<Reach> => {
    await broker.start();
    const url = `mqtt://127.0.0.1:${broker.port()}`;
    const client = await connectAsync(url, { reconnectPeriod: 100 });
    const gateways = radios.map((_, index) =>
      startUplinkGateway({
        mesh,
        broker: brokerClient(client),
        root: ROOT,
        firmware,
        node: { num: 0x1100 + index, longName: `Gateway ${index}`, shortName: `G${index}` },
      }),
    );
    const channels = mesh.channels.map(({ name, psk }) => ({ name, key: Buffer.from(psk).toString('base64') }));
    return {
      agents: [{ uplink: { url, root: ROOT, channels, firmwareVersion: firmware } }],
      close: async () => {
        for (const gateway of gateways) gateway.stop();
        await client.endAsync(true);
        await broker.stop();
      },
    };
  };
  return { reach, broker };
};

/** What a simulated gateway needs of MQTT. */
const brokerClient = (client: MqttClient): MeshBrokerClient => ({
  publish: (topic, payload) => void client.publish(topic, Buffer.from(payload)),
  subscribe: (filter, onMessage) => {
    const levels = filter.split('/').length;
    const listener = (topic: string, payload: Buffer): void => {
      if (topic.startsWith(filter.replace(/\+$/, '')) && topic.split('/').length === levels) onMessage(topic, payload);
    };
    client.on('message', listener).subscribe(filter, { qos: 1 });
    return () => void client.off('message', listener);
  },
});

/** A broker behind a TCP port that stays the same. */
const createTcpBroker = () => {
  const sockets = new Set<Socket>();
  let aedes: Aedes | undefined;
  let server: Server | undefined;
  let port = 0;
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    server?.close();
    await new Promise<void>((resolve) => {
      if (aedes === undefined) resolve();
      else aedes.close(() => resolve());
    });
    aedes = undefined;
  };
  return {
    port: () => port,
    start: async () => {
      const broker = await Aedes.createBroker();
      aedes = broker;
      broker.on('clientError', () => undefined);
      server = createServer({ noDelay: true }, (socket) => {
        sockets.add(socket);
        socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
        broker.handle(socket);
      }).listen(port, '127.0.0.1');
      await once(server, 'listening');
      ({ port } = server.address() as AddressInfo);
    },
    /** As by kill -9. */
    stop,
    sockets: (): readonly Socket[] => [...sockets],
    /** To everybody who subscribed, in the name of the broker. */
    publish: (topic: string, payload: Uint8Array) => {
      const packet = { cmd: 'publish', qos: 0, retain: false, dup: false } as const;
      aedes?.publish({ ...packet, topic, payload: Buffer.from(payload) }, () => undefined);
    },
  };
};
