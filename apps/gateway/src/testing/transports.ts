/** The ways in which an agent reaches a mesh, for scenes. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { startUplinkGateway } from '@cotbus/simulator';
import type { MeshBrokerClient } from '@cotbus/simulator';
import { createPtyLine } from '@cotbus/testkit';
import { Aedes } from 'aedes';
import { connectAsync } from 'mqtt';
import type { Reach, SceneOptions } from './scene.ts';

type ReachBy = NonNullable<SceneOptions['reach']>;

const ROOT = 'msh/EU_868';

/** Each radio on a pseudo terminal of its own. */
export const overSerial: ReachBy = async ({ radios }): Promise<Reach> => {
  const lines = await Promise.all(
    radios.map(async ({ port }) => {
      const line = createPtyLine();
      await line.plugIn(port);
      return line;
    }),
  );
  return {
    agents: lines.map(({ path }) => ({ serial: path })),
    close: async () => {
      for (const line of lines) await line.close();
    },
  };
};

/** As many gateways with MQTT as there are radios, and one agent at their broker. */
export const overUplink =
  (firmware: '2.7.22' | '2.7.26' | '2.8.0'): ReachBy =>
  async ({ mesh, radios }): Promise<Reach> => {
    const aedes = await Aedes.createBroker();
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      aedes.handle(socket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = await connectAsync(url);
    const broker: MeshBrokerClient = {
      publish: (topic, payload) => void client.publish(topic, Buffer.from(payload)),
      subscribe: (filter, onMessage) => {
        const levels = filter.split('/').length;
        const listener = (topic: string, payload: Buffer): void => {
          if (topic.startsWith(filter.replace(/\+$/, '')) && topic.split('/').length === levels)
            onMessage(topic, payload);
        };
        client.on('message', listener).subscribe(filter, { qos: 1 });
        return () => void client.off('message', listener);
      },
    };
    const gateways = radios.map((_, index) =>
      startUplinkGateway({
        mesh,
        broker,
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
        for (const socket of sockets) socket.destroy();
        server.close();
        await new Promise<void>((resolve) => {
          aedes.close(() => resolve());
        });
      },
    };
  };
