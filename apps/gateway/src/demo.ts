/** The simulated mesh of `cotbus demo`, with a radio that the agent reaches as it would a real one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { radioOptions } from '@cotbus/radio-agent';
import { systemClock } from '@cotbus/service';
import { startDemoMesh } from '@cotbus/simulator';
import type { GatewayOptions } from './options.ts';

export interface Demo {
  /** The options with the simulated radio for the only one. */
  readonly options: GatewayOptions;
  stop(): Promise<void>;
}

/**
 * Nothing that it says may be taken for real: no real radio beside it, nothing leaves by UDP, and every event carries the
 * mark of a simulation (CoT event, attribute opex).
 * @param seed the same seed makes the same units do the same
 */
export const startDemo = async (options: GatewayOptions, seed: number): Promise<Demo> => {
  // What simulated people said need not outlive them.
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-demo-'));
  const mesh = await startDemoMesh({ clock: systemClock, seed, port: 0 });
  const radio = radioOptions.parse({
    name: 'simulator',
    mesh: 'demo',
    tcp: `127.0.0.1:${mesh.port}`,
    // There is no air to waste: people shall see their own position on the simulated mesh, too.
    toMesh: { kinds: ['chat', 'emergency', 'pli'] },
  });
  return {
    options: {
      ...options,
      journals: { folder, durable: false },
      radios: [radio],
      tak: { ...options.tak, udp: [], opex: 's-simulated' },
      // Nobody is to be protected in it, and whoever tries Cotbus for the first time shall see something.
      console: { ...options.console, thisMachine: 'operate' },
    },
    stop: async () => {
      await mesh.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
