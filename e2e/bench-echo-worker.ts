/** A program: what a worker is at least. Each message on `bench/in` goes to `bench/out` as it came, QoS 1. Argument: the port. */
import { Socket } from 'node:net';
import { connect } from 'mqtt';

const client = connect({ host: '127.0.0.1', port: Number(process.argv[2]), protocol: 'mqtt', protocolVersion: 4 });
client.on('connect', () => {
  if (client.stream instanceof Socket) client.stream.setNoDelay(true);
  client.subscribe('bench/in', { qos: 1 });
});
client.on('message', (_topic, payload) => client.publish('bench/out', payload, { qos: 1 }));
