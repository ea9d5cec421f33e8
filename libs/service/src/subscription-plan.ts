/**
 * Which filters to ask the broker for, so that no message comes twice: brokers may deliver one copy for each overlapping
 * filter of a client. Filters of one topic name that overlap without being equal are replaced by one that covers both.
 */
import { buildFilter } from '@cotbus/contracts';
import type { Subscription } from './subscriptions.ts';

type Wanted = Pick<Subscription, 'name' | 'ids'> & { readonly group?: string | undefined };

/** Disjoint filters that cover all that is wanted. */
export const planFilters = (root: string, wanted: readonly Wanted[]): ReadonlySet<string> => {
  let disjoint: Wanted[] = [];
  for (const subscription of wanted) {
    let joined = subscription;
    // Joining may make it overlap what it did not before.
    for (
      let other = disjoint.find((d) => overlap(d, joined));
      other;
      other = disjoint.find((d) => overlap(d, joined))
    ) {
      const gone = other;
      disjoint = disjoint.filter((d) => d !== gone);
      joined = join(gone, joined);
    }
    disjoint.push(joined);
  }
  return new Set(disjoint.map((subscription) => filterOf(root, subscription)));
};

/** Every topic that `filter` matches is matched by `planned`. */
export const covers = (planned: string, filter: string): boolean => {
  const wanted = filter.split('/');
  const levels = planned.split('/');
  return levels.length === wanted.length && levels.every((level, index) => level === '+' || level === wanted[index]);
};

/** What the broker is asked for; `$share/<group>/…` for a member of a group. */
export const filterOf = (root: string, { name, ids, group }: Wanted): string => {
  const filter = buildFilter(root, name, ids);
  return group === undefined ? filter : `$share/${group}/${filter}`;
};

/** Some topic matches both: no level that both name differs. */
const overlap = (a: Wanted, b: Wanted): boolean =>
  a.name === b.name &&
  a.group === b.group &&
  Object.entries(a.ids).every(([id, value]) => (b.ids[id] ?? value) === value);

/** Only the levels on which both agree. */
const join = (a: Wanted, b: Wanted): Wanted => ({
  name: a.name,
  group: a.group,
  ids: Object.fromEntries(Object.entries(a.ids).filter(([id, value]) => b.ids[id] === value)),
});
