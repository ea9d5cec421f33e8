/** What samples of a soak come to: a peak and a slope for each, and the targets. */
import { slopePerDay } from './slope.ts';
import type { Sample } from './self-sample.ts';
import type { TimedSample } from './soak-run.ts';

const MIB = 1024 * 1024;
const MEASURED: readonly (keyof Sample)[] = [
  'rssBytes',
  'heapBytes',
  'externalBytes',
  'handles',
  'timers',
  'descriptors',
];
const isBytes = (name: string): boolean => name.endsWith('Bytes');

export const MAX_RSS_BYTES = 180 * MIB;
/** Growth a day that counts as none: what is bounded moves within its bounds. */
const NO_GROWTH: Readonly<Record<keyof Sample, number>> = {
  rssBytes: 10 * MIB,
  heapBytes: 2 * MIB,
  externalBytes: 1 * MIB,
  handles: 2,
  timers: 4,
  descriptors: 2,
};

interface Measure {
  readonly name: keyof Sample;
  readonly first: number;
  readonly last: number;
  readonly peak: number;
  readonly perDay: number;
}

export interface Verdict {
  readonly days: number;
  readonly frames: number;
  readonly events: number;
  readonly measures: readonly Measure[];
  /** Targets that were missed, as sentences. */
  readonly faults: readonly string[];
}

export const judge = (samples: readonly TimedSample[]): Verdict => {
  const measures = MEASURED.map((name): Measure => {
    const values = samples.map((sample) => sample[name]);
    return {
      name,
      first: values[0] ?? 0,
      last: values.at(-1) ?? 0,
      peak: Math.max(...values),
      perDay: slopePerDay(samples.map((sample) => ({ day: sample.day, value: sample[name] }))),
    };
  });
  const rss = measures.find(({ name }) => name === 'rssBytes')?.peak ?? 0;
  return {
    days: samples.at(-1)?.day ?? 0,
    frames: samples.at(-1)?.frames ?? 0,
    events: samples.at(-1)?.events ?? 0,
    measures,
    faults: [
      ...(rss > MAX_RSS_BYTES ? [`resident ${amount('rssBytes', rss)} of at most ${MAX_RSS_BYTES / MIB} MiB`] : []),
      ...measures
        .filter(({ name, perDay }) => perDay > NO_GROWTH[name])
        .map(({ name, perDay }) => `${name} grows by ${amount(name, perDay)} a day`),
    ],
  };
};

const amount = (name: string, value: number): string =>
  isBytes(name) ? `${(value / MIB).toFixed(1)} MiB` : value.toFixed(1);

export const sampleText = (sample: TimedSample): string =>
  [
    `hour ${(sample.day * 24).toFixed(1)}`,
    `${sample.frames} frames, ${sample.events} events`,
    ...MEASURED.map((name) => `${name} ${amount(name, sample[name])}`),
  ].join(', ');

export const soakTable = ({ days, frames, events, measures, faults }: Verdict): string =>
  [
    `${days.toFixed(2)} days, ${frames} frames, ${events} events`,
    ...measures.map(({ name, first, last, peak, perDay }) =>
      [name.padEnd(14), ...[first, last, peak, perDay].map((value) => amount(name, value).padStart(11))].join(' '),
    ),
    `${''.padEnd(14)} ${['first', 'last', 'peak', 'a day'].map((name) => name.padStart(11)).join(' ')}`,
    faults.length === 0 ? 'all within the targets' : `missed: ${faults.join('; ')}`,
  ].join('\n');
