/** The ledger against itself and against the items: exactly one final outcome per item and destination. */
import type { Evidence, Violation } from './evidence.ts';
import { holes } from './ledger.ts';
import type { LedgerLine } from './ledger.ts';
import { labelOf } from './bus-watch.ts';
import { lossOfLedger, lossOfOrigin, lossOfSink } from './loss.ts';
import type { Loss } from './loss.ts';
import { splitKey } from './settled.ts';

const LOST = 'lost with its volume';

const range = (first: number, last: number): string => (first === last ? `${first}` : `${first} to ${last}`);

/** Numbers of a ledger without holes, each said once. A ledger that was lost cannot be asked for what a broker lost, too. */
export const checkLedger = ({ ledger, losses }: Evidence): Violation[] => [
  ...ledger.gaps.map(({ owner, life, first, last }): Violation => ({
    rule: lossOfLedger(losses, { owner, life }) ? LOST : 'ledger gap',
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

/** Items that something still has to end: for waiting until all are settled. */
export const unsettled = ({
  items,
  isDeclined,
  ledger,
  losses,
}: Pick<Evidence, 'items' | 'isDeclined' | 'ledger' | 'losses'>): number => {
  const byItem = linesByItem(ledger.lines);
  return items.filter(({ key, destinations }) =>
    missing(byItem.get(key) ?? [], destinations).some(
      (destination) => !isDeclined(key, destination) && !isLost(losses, key, destination),
    ),
  ).length;
};

/**
 * Every item seen, on the bus or in a ledger, and every seq between them. With a volume goes what an origin had accepted, and
 * how items ended that a sink had called settled before anybody read its ledger; nothing else.
 */
export const checkOutcomes = ({ items, isDeclined, ledger, losses }: Evidence): Violation[] => {
  const byItem = linesByItem(ledger.lines);
  const known = new Map(items.map((item) => [item.key, item]));
  const keys = new Set([...known.keys(), ...byItem.keys()]);
  return [
    ...[...keys].flatMap((key) => {
      const lines = byItem.get(key) ?? [];
      const item = known.get(key);
      const name = item?.label === undefined ? key : `${key} (${item.label})`;
      return [
        ...missing(lines, item?.destinations ?? new Set())
          .filter((destination) => !isDeclined(key, destination))
          .map((destination): Violation => ({
            rule: isLost(losses, key, destination) ? LOST : 'no outcome',
            about: key,
            sentence: `Item ${name} has no outcome at ${destination}; it was published ${item?.publishes ?? 0} times.`,
          })),
        ...repeatedEnds(key, name, lines, losses),
      ];
    }),
    ...checkSeqs(keys, losses),
  ];
};

/** Nobody is left who knows how it ended there, or shall end. */
const isLost = (losses: readonly Loss[], key: string, destination: string): boolean =>
  (lossOfOrigin(losses, key) ?? lossOfSink(losses, key, destination)) !== undefined;

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

/** A sink that lost its volume may end an item once more: the ledger that goes on says one thing, and so did each lost one. */
const repeatedEnds = (
  about: string,
  name: string,
  lines: readonly LedgerLine[],
  losses: readonly Loss[],
): Violation[] => {
  if (lines.length < 2) return [];
  const places = new Map<string, LedgerLine[]>();
  for (const line of lines) places.set(line.destination, [...(places.get(line.destination) ?? []), line]);
  const everywhere = places.has('') && places.size > 1 ? [lines] : [];
  return [...[...places.values()].filter(({ length }) => length > 1), ...everywhere].map((several) => ({
    rule: isOncePerVolume(several, losses) ? LOST : 'two outcomes',
    about,
    sentence: `Item ${name} has ${several.length} outcomes at ${several[0]?.destination || 'no destination'}: ${several
      .map(
        ({ owner, life, number, reason, outcome }) =>
          `${reason} (${owner} ${life} ${number}, ${timeText(outcome.atMs)})`,
      )
      .join(', ')}.`,
  }));
};

/** By the clock of the owner. */
const timeText = (ms: number): string => new Date(ms).toISOString().slice(11, 23);

const isOncePerVolume = (lines: readonly LedgerLine[], losses: readonly Loss[]): boolean =>
  new Set(lines.map((line) => lossOfLedger(losses, line))).size === lines.length;

/** An origin counts without holes: a seq nobody has seen is an item that vanished, alone or with its volume. */
const checkSeqs = (keys: Iterable<string>, losses: readonly Loss[]): Violation[] => {
  const seqs = new Map<string, number[]>();
  for (const key of keys) {
    const { life, seq } = splitKey(key);
    const list = seqs.get(life) ?? [];
    seqs.set(life, list);
    list.push(seq);
  }
  return [...seqs].flatMap(([life, list]) =>
    holes(list).map(([first, last]): Violation => ({
      rule: lossOfOrigin(losses, life) ? LOST : 'no trace',
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
