/** What a run says: a table for people, JSON for machines. */
import { countRepeats } from './check-sightings.ts';
import type { Evidence, Violation } from './evidence.ts';
import { labelOf } from './bus-watch.ts';

/** Sentences printed per rule; the JSON has more. */
const SHOWN_PER_RULE = 3;
const MAX_JSON_VIOLATIONS = 10_000;

export interface Report {
  readonly faults: number;
  /** That something was seen of, on the bus or in a ledger. */
  readonly items: number;
  readonly outcomeCount: number;
  readonly given: number;
  readonly accepted: number;
  readonly publishes: number;
  /** Outcomes per destination and reason. */
  readonly outcomes: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Labels that were accepted and of which the ledger says nothing there: not meant for it, or a violation. */
  readonly withoutOutcome: Readonly<Record<string, number>>;
  readonly ledgerRepeats: number;
  readonly witnesses: readonly {
    readonly name: string;
    readonly sightings: number;
    readonly labels: number;
    readonly repeats: number;
    readonly connections: number;
  }[];
  /** What went with volumes, in the words of the rules. */
  readonly lost: readonly Violation[];
  readonly lostCount: number;
  readonly violationsByRule: Readonly<Record<string, number>>;
  readonly violations: readonly Violation[];
}

/** @param found violations and what was lost with volumes. @param faults how many there were. */
export const buildReport = (evidence: Evidence, found: readonly Violation[], faults = 0): Report => {
  const { given, items, ledger, witnesses } = evidence;
  const outcomes: Record<string, Record<string, number>> = {};
  for (const { destination, reason } of ledger.lines) add((outcomes[destination || '(none)'] ??= {}), reason);
  const lost = found.filter(isLost);
  const violations = found.filter((each) => !isLost(each));
  const violationsByRule: Record<string, number> = {};
  for (const { rule, count } of violations) add(violationsByRule, rule, count);
  const accepted = new Set<unknown>();
  for (const { label } of items) accepted.add(label);
  for (const { outcome } of ledger.lines) accepted.add(labelOf(outcome));
  return {
    faults,
    items: new Set([...items.map(({ key }) => key), ...ledger.lines.map(({ item }) => item)]).size,
    outcomeCount: ledger.lines.length,
    given: given.size,
    accepted: [...given].filter((label) => accepted.has(label)).length,
    publishes: items.reduce((sum, item) => sum + item.publishes, 0),
    outcomes,
    withoutOutcome: withoutOutcome(evidence, accepted),
    ledgerRepeats: ledger.repeated,
    witnesses: witnesses.map((witness) => ({
      name: witness.name,
      sightings: witness.sightings.length,
      labels: new Set(witness.sightings.flatMap(({ label }) => (label?.startsWith(witness.direction) ? [label] : [])))
        .size,
      repeats: countRepeats(witness),
      connections: new Set(witness.sightings.map(({ connection }) => connection)).size,
    })),
    lost: lost.slice(0, MAX_JSON_VIOLATIONS),
    lostCount: lost.reduce((sum, { count = 1 }) => sum + count, 0),
    violationsByRule,
    violations: violations.slice(0, MAX_JSON_VIOLATIONS),
  };
};

const isLost = ({ rule }: Violation): boolean => rule === 'lost with its volume';

const withoutOutcome = (
  { given, ledger, witnesses }: Evidence,
  accepted: ReadonlySet<unknown>,
): Record<string, number> => {
  const ended = new Set(ledger.lines.map(({ destination, outcome }) => `${destination} ${labelOf(outcome) ?? ''}`));
  return Object.fromEntries(
    witnesses.map(({ destination, direction }) => [
      destination,
      [...given].filter(
        (label) => label.startsWith(direction) && accepted.has(label) && !ended.has(`${destination} ${label}`),
      ).length,
    ]),
  );
};

const add = (counts: Record<string, number>, key: string, by = 1): void => {
  counts[key] = (counts[key] ?? 0) + by;
};

export const reportText = (report: Report): string => {
  const rows: (readonly [string, string])[] = [
    ['given / accepted', `${report.given} / ${report.accepted}`],
    ['publishes of items', String(report.publishes)],
    ...Object.entries(report.outcomes)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([destination, reasons]) => [`outcomes at ${destination}`, countsText(reasons)] as const),
    ['accepted, no outcome', countsText(report.withoutOutcome)],
    ...report.witnesses.map(
      ({ name, sightings, labels, repeats, connections }) =>
        [name, `${sightings} seen, ${labels} of ours, ${repeats} repeats, ${connections} connections`] as const,
    ),
    ...(report.lostCount === 0 ? [] : [['lost with volumes', String(report.lostCount)] as const]),
    ['violations', report.violations.length === 0 ? 'none' : countsText(report.violationsByRule)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const table = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  return [...table, ...examples(report)].join('\n');
};

const countsText = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');

const examples = ({ violations, violationsByRule }: Report): string[] =>
  Object.keys(violationsByRule).flatMap((rule) => {
    const some = violations.filter((violation) => violation.rule === rule).slice(0, SHOWN_PER_RULE);
    return ['', `${rule}:`, ...some.map(({ sentence }) => `  ${sentence}`)];
  });
