import { connect } from 'node:net';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createFakeRadio } from './testing/fake-radio.ts';
import { describeRadio } from './testing/radio-contract.ts';
import type { RadioBench } from './testing/radio-scene.ts';

/** The fake on one end, a TCP port on the other. */
const fakeBench = (): RadioBench => {
  const fake = createFakeRadio();
  let far: Socket | undefined;
  return {
    plugIn: async (port) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      far = socket;
      await once(socket, 'connect');
      fake.plugIn();
      const read = (bytes: Uint8Array): void => {
        // A socket that takes no more reads no more.
        if (!socket.write(bytes)) fake.onWritten(undefined);
      };
      fake.onWritten(read);
      socket.on('drain', () => fake.onWritten(read));
      socket.on('data', (bytes) => fake.say(bytes));
      socket.on('error', () => {});
      socket.on('close', () => fake.unplug());
      return fake.radio;
    },
    absent: () => {
      fake.unplug();
      return fake.radio;
    },
    close: async () => void far?.destroy(),
  };
};

describeRadio('memory', fakeBench);
