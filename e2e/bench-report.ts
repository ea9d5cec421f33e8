/** What a bench says: tables for people, ratios to hold against those of the repository, all of it as JSON. */

/** A figure relative to another one of the same run. */
export interface Ratio {
  readonly value: number;
  readonly better: 'lower' | 'higher';
}

export interface BenchTable {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface BenchResult {
  readonly name: string;
  readonly tables: readonly BenchTable[];
  /** By a name of its own, such as `pipelineToEcho`. */
  readonly ratios: Readonly<Record<string, Ratio>>;
  /** What the target of the design says of this run, in a sentence each. */
  readonly verdicts: readonly string[];
}

export interface BenchOptions {
  /** Less of everything: says that it runs, and roughly where it stands. */
  readonly quick: boolean;
  /** Path of mosquitto. */
  readonly mosquitto: string;
}

/** A ratio that is worse than the one of the repository by more. */
const MAX_REGRESSION = 0.15;

/** Value below which the given share of them lies, 0 to 1. NaN without values. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
};

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** What a run has lost against the ratios of the repository, a sentence each. Ratios that stand in only one are none. */
export const regressions = (
  committed: Readonly<Record<string, Ratio>>,
  measured: Readonly<Record<string, Ratio>>,
): readonly string[] =>
  Object.entries(committed).flatMap(([name, before]) => {
    const now = measured[name];
    if (now === undefined) return [];
    const worse = before.better === 'lower' ? now.value / before.value - 1 : before.value / now.value - 1;
    // What is no number is no proof of anything good.
    return worse <= MAX_REGRESSION ? [] : [`${name}: ${now.value.toFixed(2)}, was ${before.value.toFixed(2)}`];
  });

export const tableText = ({ title, header, rows }: BenchTable): string => {
  const widths = header.map((_, at) => Math.max(...[header, ...rows].map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ');
  return [title, ...[header, ...rows].map(line)].join('\n');
};

export const resultText = ({ tables, ratios, verdicts }: BenchResult): string =>
  [
    ...tables.map(tableText),
    Object.entries(ratios)
      .map(([name, { value, better }]) => `${name} ${value.toFixed(2)} (${better} is better)`)
      .join('\n'),
    ...verdicts,
  ].join('\n\n');
