/** What a series of runs comes to: a line for each, and the sums. */
import type { RunOptions } from './drive.ts';
import type { Report } from './report.ts';

export interface ChaosRun {
  readonly options: RunOptions;
  readonly report: Report;
  readonly seconds: number;
}

/** Items that nothing ended, or that are said to be delivered and were not. */
const LOST: ReadonlySet<string> = new Set(['no trace', 'delivered, not seen', 'not accepted']);
const STUCK: ReadonlySet<string> = new Set(['no outcome', 'not healed']);

const figuresOf = ({ options, report, seconds }: ChaosRun) => {
  const sum = (rules: ReadonlySet<string>): number =>
    Object.entries(report.violationsByRule).reduce((all, [rule, count]) => all + (rules.has(rule) ? count : 0), 0);
  const [lost, stuck] = [sum(LOST), sum(STUCK)];
  const all = Object.values(report.violationsByRule).reduce((a, b) => a + b, 0);
  return {
    shape: options.shape,
    seed: options.seed,
    seconds,
    faults: report.faults,
    items: report.items,
    outcomes: report.outcomeCount,
    delivered: report.witnesses.reduce((count, { labels }) => count + labels, 0),
    repeats: report.witnesses.reduce((count, { repeats }) => count + repeats, 0),
    lost,
    stuck,
    other: all - lost - stuck,
  };
};

type Figures = ReturnType<typeof figuresOf>;

const COUNTED = ['seconds', 'faults', 'items', 'outcomes', 'delivered', 'repeats', 'lost', 'stuck', 'other'] as const;

/** Sums over all runs, per shape. */
export const summaryOf = (runs: readonly ChaosRun[]): readonly Omit<Figures, 'seed'>[] => {
  const all = runs.map(figuresOf);
  return [...new Set(all.map(({ shape }) => shape))].map((shape) => {
    const mine = all.filter((one) => one.shape === shape);
    const sums = COUNTED.map((name) => [name, mine.reduce((sum, one) => sum + one[name], 0)] as const);
    return { shape, ...(Object.fromEntries(sums) as Omit<Figures, 'shape' | 'seed'>) };
  });
};

export const chaosLine = (run: ChaosRun): string => {
  const { shape, seed, ...counts } = figuresOf(run);
  return `${shape}, seed ${seed}: ${COUNTED.map((name) => `${name} ${counts[name]}`).join(', ')}`;
};

export const chaosTable = (runs: readonly ChaosRun[]): string => {
  const rows = [
    ...runs.map(figuresOf).map((one) => [one.shape, String(one.seed), ...COUNTED.map((name) => String(one[name]))]),
    ...summaryOf(runs).map((one) => [one.shape, 'all', ...COUNTED.map((name) => String(one[name]))]),
  ];
  const table = [['topology', 'seed', ...COUNTED], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')).join('\n');
};
