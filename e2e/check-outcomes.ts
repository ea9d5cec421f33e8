/** The ledger against itself and against the items: exactly one final outcome per item and destination. */
import type { Evidence, Violation } from './evidence.ts';
import { holes } from './ledger.ts';
import type { LedgerLine } from './ledger.ts';
import { labelOf } from './bus-watch.ts';

const range = (first: number, last: number): string => (first === last ? `${first}` : `${first} to ${last}`);

/** Numbers of a ledger without holes, each said once. */
export const checkLedger = ({ ledger }: Evidence): Violation[] => [
  ...ledger.gaps.map(({ owner, life, first, last }): Violation => ({
    rule: 'ledger gap',
    about: owner,
    sentence: `The ledger of ${owner} (${life}) has no number ${range(first, last)}.`,
    count: last - first + 1,
  })),
  ...ledger.conflicts.map(({ owner, life, number, item }): Violation => ({
    rule: 'ledger conflict',
    about: owner,
    sentence: `Number ${number} in the ledger of ${owner} (${life}) says different things, once about ${item}.`,
  })),
];

/** What a settled item lacks: for waiting until all are settled. */
export const unsettled = ({ items, ledger }: Pick<Evidence, 'items' | 'ledger'>): number => {
  const byItem = linesByItem(ledger.lines);
  return items.filter(({ key, destinations }) => missing(byItem.get(key) ?? [], destinations).length > 0).length;
};

/** Every item seen, on the bus or in a ledger, and every seq between them. */
export const checkOutcomes = ({ items, ledger }: Evidence): Violation[] => {
  const byItem = linesByItem(ledger.lines);
  const known = new Map(items.map((item) => [item.key, item]));
  const keys = new Set([...known.keys(), ...byItem.keys()]);
  return [
    ...[...keys].flatMap((key) => {
      const lines = byItem.get(key) ?? [];
      const item = known.get(key);
      const name = item?.label === undefined ? key : `${key} (${item.label})`;
      return [
        ...missing(lines, item?.destinations ?? new Set()).map((destination): Violation => ({
          rule: 'no outcome',
          about: key,
          sentence: `Item ${name} has no outcome at ${destination}; it was published ${item?.publishes ?? 0} times.`,
        })),
        ...repeatedEnds(key, name, lines),
      ];
    }),
    ...checkSeqs(keys),
  ];
};

const linesByItem = (lines: readonly LedgerLine[]): Map<string, LedgerLine[]> => {
  const byItem = new Map<string, LedgerLine[]>();
  for (const line of lines) {
    const list = byItem.get(line.item) ?? [];
    byItem.set(line.item, list);
    list.push(line);
  }
  byItem.delete('');
  return byItem;
};

/** Destinations without an outcome. One without a destination ends the item everywhere. */
const missing = (lines: readonly LedgerLine[], destinations: ReadonlySet<string>): readonly string[] => {
  const ended = new Set(lines.map(({ destination }) => destination));
  if (ended.has('')) return [];
  return [...destinations].filter((destination) => !ended.has(destination));
};

const repeatedEnds = (about: string, name: string, lines: readonly LedgerLine[]): Violation[] => {
  if (lines.length < 2) return [];
  const places = new Map<string, LedgerLine[]>();
  for (const line of lines) places.set(line.destination, [...(places.get(line.destination) ?? []), line]);
  const everywhere = places.has('') && places.size > 1 ? [lines] : [];
  return [...[...places.values()].filter(({ length }) => length > 1), ...everywhere].map((several) => ({
    rule: 'two outcomes',
    about,
    sentence: `Item ${name} has ${several.length} outcomes at ${several[0]?.destination || 'no destination'}: ${several
      .map(({ owner, number, reason }) => `${reason} (${owner} ${number})`)
      .join(', ')}.`,
  }));
};

/** An origin counts without holes: a seq nobody has seen is an item that vanished. */
const checkSeqs = (keys: Iterable<string>): Violation[] => {
  const seqs = new Map<string, number[]>();
  for (const key of keys) {
    const cut = key.lastIndexOf('/');
    const life = key.slice(0, cut);
    const list = seqs.get(life) ?? [];
    seqs.set(life, list);
    list.push(Number(key.slice(cut + 1)));
  }
  return [...seqs].flatMap(([life, list]) =>
    holes(list).map(([first, last]): Violation => ({
      rule: 'no trace',
      about: life,
      sentence: `Items ${life}/${range(first, last)} left no trace: neither published nor ended.`,
      count: last - first + 1,
    })),
  );
};

/** What was given to the product and what it took. */
export const checkAccepted = ({ given, items, ledger, unhurt }: Evidence): Violation[] => {
  if (!unhurt) return [];
  const taken = new Set([...items.map(({ label }) => label), ...ledger.lines.map(({ outcome }) => labelOf(outcome))]);
  return [...given]
    .filter((label) => !taken.has(label))
    .map((label) => ({
      rule: 'not accepted',
      about: label,
      sentence: `${label} was given to the product and nobody accepted it, although nothing was hurt.`,
    }));
};
