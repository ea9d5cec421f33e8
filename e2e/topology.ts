/** What a run is made of. */
import type { FaultKind } from './faults.ts';

/**
 * `site`: processes around one broker. `sites`: two sites and a central place, from the files that `cotbus init` writes for
 * them. `one-process`: the gateway with its embedded broker.
 */
export type Shape = 'site' | 'sites' | 'one-process';

export interface Topology {
  readonly shape: Shape;
  readonly seed: number;
  /** The numbers of parts are those of the shape `site`; the others are as they are. */
  readonly agents: number;
  /** Agents take turns; fewer meshes than agents let several hear the same. */
  readonly meshes: number;
  readonly workers: number;
  readonly egresses: number;
  /** TAK clients per egress; with more than one, the first is never hurt. */
  readonly clients: number;
  /** How much faster than the real one the air is. */
  readonly airSpeed: number;
  /** Journals wait for the disk. */
  readonly durable: boolean;
  /** What its processes must be prepared for. */
  readonly faults: readonly FaultKind[];
}
