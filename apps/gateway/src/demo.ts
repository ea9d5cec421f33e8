/** The simulated mesh of `cotbus demo`, with a radio that the agent reaches as it would a real one. */
import { radioOptions } from '@cotbus/radio-agent';
import type { RadioOptions } from '@cotbus/radio-agent';
import { systemClock } from '@cotbus/service';
import { startDemoMesh } from '@cotbus/simulator';

export interface Demo {
  readonly radios: readonly RadioOptions[];
  stop(): Promise<void>;
}

export const startDemo = async ({ seed }: { readonly seed: number }): Promise<Demo> => {
  const mesh = await startDemoMesh({ clock: systemClock, seed, port: 0 });
  const radio = radioOptions.parse({
    name: 'simulator',
    mesh: 'demo',
    tcp: `127.0.0.1:${mesh.port}`,
    // There is no air to waste: people shall see their own position on the simulated mesh, too.
    toMesh: { kinds: ['chat', 'emergency', 'pli'] },
  });
  return { radios: [radio], stop: () => mesh.stop() };
};
