/** An event on its way out to TAK, the same for every link. */
import { isStateKind, Kind } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';

export interface Outgoing {
  readonly event: CotEvent;
  /** What is written, the same bytes to all and every time. */
  readonly xml: string;
  /** When it says nothing any more, by the monotonic clock. */
  readonly staleMs: number;
  /** The link it came over; undefined from the mesh. */
  readonly from?: string | undefined;
  /** Of which item it is the end; without one no outcome waits for it. */
  readonly item?: string | undefined;
}

/** It stands for itself; a state is replaced by the next one of its uid, and the picture has it. */
export const isMessage = ({ event }: Outgoing): boolean => !isStateKind(event.kind);

/** Higher goes first when not everything has room. */
const priorities: Readonly<Partial<Record<Kind, number>>> = {
  [Kind.EMERGENCY]: 5,
  [Kind.CASEVAC]: 4,
  [Kind.CHAT]: 3,
  [Kind.TASK]: 2,
  [Kind.PLI]: 0,
};
export const priorityOf = ({ event }: Outgoing): number => priorities[event.kind] ?? 1;
