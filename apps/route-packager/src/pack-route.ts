/** From a route that was heard to how it ended: packed, kept, saved, uploaded. */
import { itemKey } from '@cotbus/contracts';
import type { CotEvent, ReasonName } from '@cotbus/contracts';
import { createStateOrder } from '@cotbus/service';
import type { HeardResult, ServiceContext, TakenItem } from '@cotbus/service';
import { buildDataPackage } from './data-package.ts';
import type { DeliveryJob, DeliveryResult } from './delivery-queue.ts';
import type { KeptParts, KeptRoute } from './kept-route.ts';
import type { Library } from './library.ts';
import { readRoute } from './route.ts';

export interface Ending {
  readonly reason: ReasonName;
  /** One line for a person; may quote the route. */
  readonly detail: string;
}

/** Somewhere a package goes to. */
export interface Place {
  /** In front of how it ended there. */
  readonly words: string;
  readonly deliver: (job: DeliveryJob) => Promise<DeliveryResult>;
}

export interface PackParts {
  readonly context: ServiceContext;
  readonly library: Library;
  /** Folders are tried at once, so that the notice can say where it was saved. */
  readonly folders: readonly (Place & { readonly attempt: (job: DeliveryJob) => Promise<DeliveryResult> })[];
  readonly places: readonly Place[];
  /** It is kept: tells people. */
  readonly kept: (kept: KeptRoute) => void;
}

/** What is heard at the end of its life is still worth a try. */
const LEAST_LIFE_MS = 60_000;
/** How often it is tried again to keep a package when the disk refuses. */
const KEEP_AGAIN_MS = 5_000;

export interface HeardRoute {
  readonly taken: TakenItem<HeardResult>;
  readonly event: CotEvent;
  readonly mesh: string;
  /** Number of its sender. */
  readonly node: number;
  /** Null where it came in one. */
  readonly parts: KeptParts | null;
}

export type PackRoute = (heard: HeardRoute) => Promise<Ending>;

/** @returns resolves with how the route ended, and never when the service stops before; it does not reject */
export const createPackRoute = (parts: PackParts): PackRoute => {
  const { context, library } = parts;
  const { clock } = context;
  const order = createStateOrder();
  // One after the other: files of the same uid are written in the order in which it was heard.
  let turn: Promise<unknown> = Promise.resolve();

  return async ({ taken, event, mesh, node, parts: joined }) => {
    const read = readRoute(event);
    if (!read.ok) return { reason: read.reason, detail: read.detail };
    const { route } = read;
    const item = itemKey(taken.id);
    const before = library.ofUid(route.uid);
    if (before?.item !== item && !order.isNewest(route.uid, taken.id, taken.heardMs)) {
      return { reason: 'superseded', detail: 'something newer of this uid is known' };
    }
    const { hash, bytes } = buildDataPackage(route, 'plain');
    const atMs = taken.result.heardWallMs;
    const kept: KeptRoute = {
      route,
      hash,
      sizeBytes: bytes.length,
      item,
      atMs,
      mesh,
      node,
      savedTo: [],
      parts: joined,
    };
    const job = { route, untilMs: Math.max(taken.lifeUntilMs, clock.monotonic() + LEAST_LIFE_MS) };
    const stored = turn.then(() => store(parts, kept, job));
    turn = stored;
    const open = await stored;
    return Array.isArray(open) ? endingOf(await Promise.all(open)) : open;
  };
};

interface Delivered {
  readonly words: string;
  readonly result: DeliveryResult;
}

/** @returns what is still under way; or how it ended at once */
const store = async (parts: PackParts, kept: KeptRoute, job: DeliveryJob): Promise<Promise<Delivered>[] | Ending> => {
  const { library, folders, places, context } = parts;
  const before = library.ofUid(kept.route.uid);
  if (before?.hash === kept.hash && before.item !== kept.item) {
    return { reason: 'duplicate', detail: `the same package was made of ${before.item}` };
  }
  if (before !== undefined && hasMore(before.parts, kept.parts)) {
    return {
      reason: 'duplicate',
      detail: `its route is kept with ${before.parts?.came.length} parts, of ${before.item}`,
    };
  }
  const saved = await Promise.all(folders.map(async (folder) => ({ folder, result: await folder.attempt(job) })));
  const savedTo = saved.flatMap(({ result }) => (result.kind === 'done' ? [result.text] : []));
  const fault = await keep(parts, { ...kept, savedTo }, job);
  if (fault !== undefined) return { reason: 'gave_up', detail: fault };
  context.status.count('routes_packed_total');
  const open = saved.map(async ({ folder, result }): Promise<Delivered> => {
    const { words } = folder;
    return { words, result: result.kind === 'away' ? await folder.deliver(job) : result };
  });
  for (const { words, deliver } of places) open.push(deliver(job).then((result) => ({ words, result })));
  return open;
};

/** A life that ended between two outcomes leaves some parts for the next one, after the whole was kept. */
const hasMore = (kept: KeptParts | null, now: KeptParts | null): boolean =>
  kept !== null && now !== null && kept.content === now.content && kept.came.length > now.came.length;

/** @returns why it could not be kept */
const keep = async ({ context, library, kept: told }: PackParts, kept: KeptRoute, { untilMs }: DeliveryJob) => {
  const { clock, signal, status } = context;
  for (;;) {
    try {
      await library.put(kept);
      status.setFault('packages', undefined);
      told(kept);
      return undefined;
    } catch (error) {
      const text = `packages cannot be kept: ${error instanceof Error ? error.message : 'the folder is unusable'}`;
      status.setFault('packages', text);
      if (clock.monotonic() >= untilMs) return text;
      await new Promise<void>((resolve) => {
        // When the service stops, what is in hand is left to its next life.
        const cancel = clock.after(KEEP_AGAIN_MS, resolve);
        signal.addEventListener('abort', cancel, { once: true });
      });
    }
  }
};

/** Delivered if it reached any place; kept alone is enough where no place is configured. */
const endingOf = (delivered: readonly Delivered[]): Ending => {
  const lines = delivered.map(({ words, result: { kind, text } }) =>
    kind === 'done' ? `${words} ${text}`.trim() : `not ${words}: ${text}`,
  );
  const detail = lines.length === 0 ? 'kept' : lines.join('; ');
  const isDone = delivered.length === 0 || delivered.some(({ result }) => result.kind === 'done');
  return { reason: isDone ? 'delivered' : 'gave_up', detail };
};
