/** A gateway whose only radio is none: a simulated one, or a recording. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RadioOptions } from '@cotbus/radio-agent';
import type { GatewayOptions } from './options.ts';

export interface StandIn {
  /** The options with the stand-in for the only radio. */
  readonly options: GatewayOptions;
  /** To be called when the gateway has stopped. */
  stop(): Promise<void>;
}

/**
 * Nothing that it says may be taken for real: no real radio beside it, nothing leaves over a link, and every event carries the
 * mark `opex` (CoT event, attribute opex). What it keeps goes when it stops.
 */
export const standIn = (options: GatewayOptions, radio: RadioOptions, opex: string): StandIn => {
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-stand-in-'));
  return {
    options: {
      ...options,
      journals: { folder, durable: false },
      radios: [radio],
      tak: { ...options.tak, udp: [], links: [], opex },
      // Nobody is to be protected in it, and whoever tries Cotbus for the first time shall see something.
      console: { ...options.console, thisMachine: 'operate' },
    },
    stop: async () => rmSync(folder, { recursive: true, force: true }),
  };
};
