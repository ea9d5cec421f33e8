/** The simulated mesh of `cotbus demo`, with a radio that the agent reaches as it would a real one. */
import { radioOptions } from '@cotbus/radio-agent';
import { systemClock } from '@cotbus/service';
import { startDemoMesh } from '@cotbus/simulator';
import type { GatewayOptions } from './options.ts';
import { standIn } from './stand-in.ts';
import type { StandIn } from './stand-in.ts';

/** @param seed the same seed makes the same units do the same */
export const startDemo = async (options: GatewayOptions, seed: number): Promise<StandIn> => {
  const mesh = await startDemoMesh({ clock: systemClock, seed, port: 0 });
  const radio = radioOptions.parse({
    name: 'simulator',
    mesh: 'demo',
    tcp: `127.0.0.1:${mesh.port}`,
    // There is no air to waste: people shall see their own position on the simulated mesh, too.
    toMesh: { kinds: ['chat', 'emergency', 'pli'] },
  });
  const gateway = standIn(options, radio, 's-simulated');
  return {
    ...gateway,
    stop: async () => {
      await mesh.stop();
      await gateway.stop();
    },
  };
};
