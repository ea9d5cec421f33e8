/** What a run is made of. */
import type { FaultKind } from './faults.ts';

export interface Topology {
  readonly seed: number;
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
