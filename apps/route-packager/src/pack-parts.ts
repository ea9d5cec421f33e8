/**
 * Long routes come in several packets, each an item of its own. The items of one route wait for each other and end together: with
 * the package of the whole, or when the others do not come, with the package of what came.
 */
import { createRouteJoiner } from '@cotbus/codec';
import type { JoinedRoute } from '@cotbus/codec';
import { itemKey } from '@cotbus/contracts';
import type { RxResult } from '@cotbus/contracts';
import type { Clock, HeardResult, TakenItem } from '@cotbus/service';
import type { Ending, HeardRoute, PackRoute } from './pack-route.ts';

/** Without another part: packets of one route follow each other, but what is more urgent goes first. */
const PART_WAIT_MS = 5 * 60_000;

/** @returns resolves with how the item ended, and never when the service stops before; it does not reject */
export type PackResult = (taken: TakenItem<HeardResult>, result: RxResult) => Promise<Ending>;

interface Waiting {
  readonly taken: TakenItem<HeardResult>;
  readonly end: (ending: Promise<Ending>) => void;
}

/** A route of which parts wait. */
interface Open {
  /** By the number of the part. */
  readonly waiting: Map<number, Waiting>;
  cancelWait: () => void;
}

export const createPackParts = (pack: PackRoute, clock: Clock): PackResult => {
  const joiner = createRouteJoiner();
  const routes = new Map<string, Open>();

  const packTogether = (joined: JoinedRoute, heard: Pick<HeardRoute, 'mesh' | 'node'>): void => {
    const { route, event, content, came, of } = joined;
    const waiting = [...(routes.get(route)?.waiting ?? [])].sort(([a], [b]) => a - b).map(([, one]) => one);
    routes.delete(route);
    const [first] = waiting;
    if (first === undefined) return;
    const packed = pack({ ...heard, taken: first.taken, event, parts: { content, came, of } });
    for (const { end } of waiting) end(packed.then((ending) => joinedEnding(joined, ending)));
  };

  return async (taken, result) => {
    if (result.result.case !== 'event') return { reason: 'impossible', detail: 'the result of the worker is no event' };
    const { mesh, node } = result;
    const event = result.result.value;
    const joined = joiner.add({ event, mesh, sender: node, nowMs: clock.monotonic() });
    if (joined === undefined) return pack({ taken, event, mesh, node, parts: null });
    const { route, part, came, of } = joined;
    const open = routes.get(route) ?? { waiting: new Map<number, Waiting>(), cancelWait: () => undefined };
    const same = open.waiting.get(part);
    if (same !== undefined) return { reason: 'duplicate', detail: `of ${itemKey(same.taken.id)}` };
    routes.set(route, open);
    const ended = new Promise<Ending>((end) => open.waiting.set(part, { taken, end }));
    open.cancelWait();
    if (came.length === of) packTogether(joined, { mesh, node });
    else open.cancelWait = clock.after(PART_WAIT_MS, () => packTogether(joined, { mesh, node }));
    return ended;
  };
};

const joinedEnding = ({ came, of }: JoinedRoute, { reason, detail }: Ending): Ending => {
  if (came.length === of) return { reason, detail: `${detail}; joined of ${of} parts` };
  return {
    reason: reason === 'delivered' ? 'incomplete' : reason,
    detail: `${came.length} of ${of} parts came; ${detail}`,
  };
};
