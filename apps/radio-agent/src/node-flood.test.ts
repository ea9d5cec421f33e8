import { meshtastic, Reason } from '@cotbus/contracts';
import { broadcastPacket } from '@cotbus/simulator';
import { expect, it } from 'vitest';
import { agentScene } from './testing/agent-scene.ts';

const FLOODER = 0x0bad0001;
const QUIET = 0x0000600d;

it('says which node floods for as long as it does, and ends each of its frames', async () => {
  const { mesh, clock, services, outcomes, until } = await agentScene({
    options: { nodeLimit: { framesPerMinute: 60, burst: 2 } },
  });
  const hear = (from: number) => {
    const payload = new TextEncoder().encode('hello');
    const { TEXT_MESSAGE_APP } = meshtastic.PortNum;
    mesh.transmit(broadcastPacket({ from, id: mesh.nextPacketId(), portnum: TEXT_MESSAGE_APP, payload }));
  };
  for (let at = 0; at < 10; at += 1) hear(FLOODER);
  hear(QUIET);
  const floods = () => outcomes().filter(({ reason }) => reason === Reason.FLOOD);
  await until(() => expect(floods()).toHaveLength(8));
  expect(new Set(floods().map(({ node }) => node))).toEqual(new Set([FLOODER]));
  await until(() => expect(services.at(-1)?.faults).toEqual(['!0bad0001 floods the mesh: 8 frames were held back']));
  await clock.pass(10_000);
  await until(() => expect(services.at(-1)?.faults).toEqual([]));
});
