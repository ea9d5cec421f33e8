/** What must hold after a run: the ledgers of all owners against what the world gave and what reached it. */
import type { CustodyOutcome } from '../messages.ts';
import { MAX_PAGES } from './sink-process.ts';
import type { SimulatedOrigin } from './simulated-origin.ts';
import type { SimulatedSink } from './simulated-sink.ts';
import { itemKey } from './world.ts';
import type { Delivery, GivenItem, World } from './world.ts';

export interface LedgerParts {
  readonly world: World;
  readonly origins: readonly SimulatedOrigin[];
  readonly sinks: readonly SimulatedSink[];
  /** Written by somebody who must not. */
  readonly foreign: readonly CustodyOutcome[];
  /** Nothing but absences was wrong in this run. */
  readonly isCalm: boolean;
}

const PAGE_BYTES = 4096;

const keyAt = (key: string, destination: string): string => `${key} at ${destination}`;

export const checkLedger = (parts: LedgerParts): string[] => {
  const { world, origins, sinks, foreign } = parts;
  const violations = [...world.violations];
  for (const { name, isIdle } of origins) if (!isIdle) violations.push(`${name} still has open items`);
  for (const { name, isGone, isIdle } of sinks) if (!isGone && !isIdle) violations.push(`${name} still holds items`);
  for (const { name, answerBytes } of sinks) {
    if (answerBytes > MAX_PAGES * PAGE_BYTES) violations.push(`${name} remembers ${answerBytes} bytes`);
  }
  const outcomes = new Map<string, CustodyOutcome[]>();
  const add = (outcome: CustodyOutcome): void => {
    const key = keyAt(itemKey(outcome.item), outcome.destination);
    outcomes.set(key, [...(outcomes.get(key) ?? []), outcome]);
  };
  for (const origin of origins) origin.outcomes().forEach(add);
  for (const sink of sinks) {
    // The disk of a sink that never came back cannot be read where the origin has answered for it.
    for (const outcome of sink.outcomes()) {
      if (!sink.isGone || !outcomes.has(keyAt(itemKey(outcome.item), outcome.destination))) add(outcome);
    }
  }
  foreign.forEach(add);
  for (const [key, item] of world.items) checkItem(parts, key, item, outcomes, violations);
  if (isUndisturbed(parts)) checkTransfers(parts, outcomes, violations);
  checkDeliveries(parts, outcomes, violations);
  return violations;
};

const checkItem = (
  { sinks, isCalm }: LedgerParts,
  key: string,
  item: GivenItem,
  outcomes: ReadonlyMap<string, readonly CustodyOutcome[]>,
  violations: string[],
): void => {
  for (const destination of item.destinations) {
    const found = outcomes.get(keyAt(key, destination)) ?? [];
    const reasons = found.map(({ reason }) => reason).join(', ');
    const at = sinks.filter((sink) => sink.destination === destination);
    // What was on a volume that is lost may be missing from the ledger, and may come twice.
    if (at.some(({ volumeSinceMs }) => item.givenMs < volumeSinceMs)) continue;
    const max = item.isRepeated ? at.length + 1 : 1;
    if (found.length > max) violations.push(`${key} ended ${found.length} times at ${destination}: ${reasons}`);
    if (item.state === 'torn' && found.length > 0) violations.push(`${key} ended but was never accepted: ${reasons}`);
    const isAccepted = item.state === 'accepted' || item.state === 'refused';
    const isWanted = at.every(({ wants }) => wants?.includes(item.uid) !== false);
    const isOwed = isWanted && isAccepted;
    if (isOwed && found.length === 0) violations.push(`${key} has no outcome at ${destination}`);
    const isGivenUp = found.some(({ reason }) => reason === 'gave_up' || reason === 'poison' || reason === 'absent');
    const wasThere = at.every(({ isGone }) => !isGone);
    if (isCalm && isGivenUp && wasThere && !item.isPoison)
      violations.push(`${key} was given up at ${destination}: ${reasons}`);
  }
};

/** Workers remembered everything they heard. */
const isUndisturbed = ({ world, isCalm }: LedgerParts): boolean =>
  isCalm && ![...world.items.values()].some(({ isPoison }) => isPoison);

/** Fragments heard by different origins complete each other: where all came together none may end incomplete. */
const checkTransfers = (
  { world, sinks }: LedgerParts,
  outcomes: ReadonlyMap<string, readonly CustodyOutcome[]>,
  violations: string[],
): void => {
  for (const { destination, isGone } of sinks) {
    const isFragmentHere = (item: GivenItem): boolean =>
      item.fragment !== undefined && item.state === 'accepted' && item.destinations.includes(destination);
    const here = isGone ? [] : [...world.items].filter(([, item]) => isFragmentHere(item));
    for (const [key, { fragment }] of here) {
      const parts = new Set(here.flatMap(([, item]) => (isOfOne(item, fragment) ? (item.fragment?.at ?? []) : [])));
      const ended = outcomes.get(keyAt(key, destination)) ?? [];
      if (parts.size === fragment?.needed && ended.some(({ reason }) => reason === 'incomplete')) {
        violations.push(`${key} ended incomplete at ${destination} although ${fragment.transfer} was whole`);
      }
    }
  }
};

const isOfOne = (item: GivenItem, fragment: GivenItem['fragment']): boolean =>
  item.fragment?.transfer === fragment?.transfer;

const checkDeliveries = (
  { world, sinks }: LedgerParts,
  outcomes: ReadonlyMap<string, readonly CustodyOutcome[]>,
  violations: string[],
): void => {
  const first = new Map<string, Delivery>();
  const newest = new Map<string, Delivery>();
  for (const delivery of world.deliveries) {
    const { key, sink, destination, item, uid, repeat, decode } = delivery;
    const given = world.items.get(key);
    const at = sinks.find(({ name }) => name === sink);
    if (given === undefined || given.state === 'torn') {
      violations.push(`${key} was delivered at ${sink} but never accepted`);
      continue;
    }
    if (at === undefined || given.givenMs < at.volumeSinceMs) continue;
    // A transfer is handed out once, whichever of its fragments made it whole.
    const what = delivery.transfer ?? key;
    const before = first.get(`${what} ${sink}`);
    if (before === undefined) first.set(`${what} ${sink}`, delivery);
    else if (!repeat) violations.push(`${key} was delivered twice at ${sink}`);
    else if (before.decode !== decode) violations.push(`${key} was repeated with another decode at ${sink}`);
    const ended = outcomes.get(keyAt(key, destination)) ?? [];
    const isDelivered = ended.some(({ reason }) => reason === 'delivered') || at.isGone || given.state === 'lost';
    // Handed out again after a crash it may have become superseded meanwhile: then the repeat is the news.
    const isRepeatedLater =
      ended.some(({ reason }) => reason === 'superseded' || reason === 'radio_away') && at.repeats > 0;
    if (!isDelivered && !isRepeatedLater && !given.isRepeated) {
      violations.push(
        `${key} was delivered at ${sink} and the ledger says ${ended.map(({ reason }) => reason).join(', ')}`,
      );
    }
    const last = newest.get(`${uid} ${sink} ${item.origin} ${item.incarnation} ${item.nonce}`);
    if (last !== undefined && item.seq < last.item.seq && !repeat)
      violations.push(`${key} came after a newer one at ${sink}`);
    newest.set(`${uid} ${sink} ${item.origin} ${item.incarnation} ${item.nonce}`, delivery);
  }
  for (const [key, found] of outcomes) {
    for (const { item, destination, reason } of found) {
      if (reason !== 'delivered') continue;
      const what = world.items.get(itemKey(item))?.fragment?.transfer ?? itemKey(item);
      const isDelivered = sinks.some((sink) => sink.destination === destination && first.has(`${what} ${sink.name}`));
      const isExempt = sinks.some((sink) => sink.destination === destination && sink.volumeSinceMs > 0);
      if (!isDelivered && !isExempt) violations.push(`${key} is called delivered and was not handed out`);
    }
  }
};
