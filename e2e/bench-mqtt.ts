/** A client of the broker that says when each message came. */
import { Socket } from 'node:net';
import { connectAsync } from 'mqtt';

/** Subscribed to a filter, QoS 1, when it is given. */
export const connectTimed = async (port: number, filter: string) => {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 4 });
  if (client.stream instanceof Socket) client.stream.setNoDelay(true);
  let received = 0;
  let listener: (payload: Buffer, atMs: number) => void = () => undefined;
  client.on('message', (_topic, payload) => {
    received += 1;
    listener(payload, performance.now());
  });
  await client.subscribeAsync(filter, { qos: 1 });
  return {
    /** Messages so far. */
    get received() {
      return received;
    },
    /** From now on, in the place of the listener before. */
    onMessage: (next: typeof listener): void => {
      listener = next;
    },
    publish: (topic: string, payload: Buffer, qos: 0 | 1 = 1): void => void client.publish(topic, payload, { qos }),
    close: async (): Promise<void> => client.endAsync(true),
  };
};
