/** What a witness outside of the product saw: an event at a TAK client, a packet that a radio sent. */
import type { Direction, Label } from './label.ts';

export interface Sighting {
  /** From 1, over all connections of the witness. */
  readonly order: number;
  /** Connection of the witness, from 1. */
  readonly connection: number;
  readonly uid: string;
  /** `performance.now()`. */
  readonly atMs: number;
  /** Undefined for what the harness did not send, such as contacts of nodes. */
  readonly label: Label | undefined;
  /** What makes two sightings the same one: uid and time of an event, bytes of a packet. */
  readonly identity: string;
  /** Only the newest of a uid counts. */
  readonly isState: boolean;
}

export interface Witness {
  /** What it is a witness of; labels of the other direction prove nothing here. */
  readonly direction: Direction;
  readonly name: string;
  /** A client of a listener: on one connection nothing comes to it twice. */
  readonly isClient?: boolean;
  /** Each of its connections is a sink of its own, which keeps an order of its own: the radios of a mesh. */
  readonly hasOwnOrders?: boolean;
  /** What outcomes call the place: an egress or a mesh. */
  readonly destination: string;
  readonly sightings: readonly Sighting[];
  /** Sightings beyond what could be kept. */
  readonly overflow: number;
}

/** Sightings of one witness in one run. */
export const MAX_SIGHTINGS = 200_000;
