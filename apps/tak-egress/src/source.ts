/** Who an event from TAK came from. */
import type { TakPeer } from './tak-peer.ts';

export interface Source {
  /** Of its link or client, as in status and outcomes. */
  readonly name: string;
  readonly address: string;
  /** The configured link, or the listener, it came over. */
  readonly link: string;
  /** A client of a listener. */
  readonly client?: TakPeer;
  /** Name in its certificate. */
  readonly user?: string | undefined;
  /** Writes an answer to it alone; datagrams have none. */
  readonly answer?: (xml: string) => void;
}
