/** `cotbus outcomes --past`: asks every owner on the bus for what it recorded in the last hour. */
import { randomBytes } from 'node:crypto';
import { fromBinary } from '@bufbuild/protobuf';
import { createMessage, OutcomeBatchSchema } from '@cotbus/contracts';
import type { Outcome } from '@cotbus/contracts';
import type { Bus, Clock } from '@cotbus/service';

/** Services that write outcomes. The owner is the destination, which the two of a pair share, else the instance. */
const writers: ReadonlySet<string> = new Set(['radio-agent', 'tak-egress', 'route-packager']);
/** Retained statuses come at once, and so do answers. */
const WAIT_MS = 1_000;

export interface OutcomeWish {
  readonly reason?: string;
  readonly uid?: string;
  /** Such as !1234abcd. */
  readonly node?: string;
  readonly item?: string;
}

export interface PastOutcome {
  readonly owner: string;
  readonly outcome: Outcome;
}

/** @returns what fits, oldest first, of all owners that answered within a second. */
export const askPastOutcomes = async (bus: Bus, clock: Clock, wish: OutcomeWish): Promise<readonly PastOutcome[]> => {
  const found: PastOutcome[] = [];
  const id = `past-${randomBytes(4).toString('hex')}`;
  const asked = new Set<string>();
  const given: Record<string, string> = { all: '' };
  for (const [name, value] of Object.entries(wish)) if (value !== undefined) given[name] = value;
  await bus.subscribe('reply', { id }, (reply) => {
    const batch = reply && read(reply.bytes);
    for (const outcome of batch?.outcomes ?? []) found.push({ owner: batch?.owner ?? '', outcome });
  });
  await bus.subscribe('serviceStatus', {}, (status, { name, instance }) => {
    const owner = status?.destination?.name || instance;
    if (!writers.has(name) || asked.has(owner)) return;
    asked.add(owner);
    const ask = { id, target: owner, verb: 'outcomes', lifeMs: WAIT_MS, arguments: given };
    bus.publish('command', createMessage('command', ask));
  });
  await new Promise<void>((resolve) => {
    clock.after(WAIT_MS, resolve);
  });
  return found.toSorted((a, b) => a.outcome.atMs - b.outcome.atMs);
};

const read = (bytes: Uint8Array) => {
  try {
    return fromBinary(OutcomeBatchSchema, bytes);
  } catch {
    return undefined;
  }
};
