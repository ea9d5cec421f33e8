/** `testdata/compression-report.md`: how large the events of the corpus become. */
import { MAX_FRAME_BYTES } from '../limits.ts';
import type { FittedFrame } from '../fit/fit.ts';

export interface ReportRow {
  readonly name: string;
  readonly xmlBytes: number;
  /** The whole packet in schema B, before anything is left out. */
  readonly packetBytes: number;
  readonly raw: FittedFrame;
  readonly c: FittedFrame;
  /** Undefined where its dictionaries are missing. */
  readonly a: FittedFrame | undefined;
}

type Form = 'raw' | 'c' | 'a';

/** Behind it stands what only a machine with the dictionaries of generation A can measure. */
const A_HEADING = '## Generation A';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
const percent = (part: number, whole: number): string => `${Math.round((100 * part) / whole)} %`;

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map((_, at) => (at === 0 ? '---' : '--:')), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');

const bytesOf = (rows: readonly ReportRow[], form: Form): readonly number[] =>
  rows.flatMap((row) => row[form]?.frame.length ?? []);

const cells = (row: ReportRow, form: Form): readonly string[] => {
  const fitted = row[form];
  if (fitted === undefined) return ['', '', ''];
  const bytes = fitted.frame.length;
  return [
    `${bytes}${form !== 'raw' && fitted.generation === 'raw' ? ' raw' : ''}`,
    percent(bytes, MAX_FRAME_BYTES),
    fitted.rung ?? '',
  ];
};

const summary = (rows: readonly ReportRow[], forms: readonly Form[]): string =>
  table(
    ['form', 'events', 'median', 'largest', 'sum', 'XML : frame', 'with a rung'],
    forms.map((form) => {
      const sizes = bytesOf(rows, form);
      const fitted = rows.filter((row) => row[form] !== undefined);
      const ratio = sum(fitted.map(({ xmlBytes }) => xmlBytes)) / sum(sizes);
      const rungs = fitted.filter((row) => row[form]?.rung !== undefined).length;
      return [
        form,
        ...[sizes.length, median(sizes), Math.max(...sizes), sum(sizes)].map(String),
        ratio.toFixed(1),
        String(rungs),
      ];
    }),
  );

const own = (rows: readonly ReportRow[]): string =>
  `# Sizes on the wire

Written by \`npm run golden\` from the events in [cot](cot), never by hand; a test fails when it is stale. All numbers are
bytes. _XML_ is the event as its client sent it, _packet_ the whole TAKPacketV2 in schema B. _raw_ (flags 0xFF) and _C_ (our
own dictionaries) are frames as a worker sends them, flags byte included: without what no receiver draws, and, where that
is still more than ${MAX_FRAME_BYTES} bytes, with the last rung of the ladder named. A frame of C that says _raw_ was not smaller compressed.

${summary(rows, ['raw', 'c'])}

${table(
  ['event', 'XML', 'packet', 'raw', `of ${MAX_FRAME_BYTES}`, 'rung', 'C', `of ${MAX_FRAME_BYTES}`, 'rung'],
  rows.map((row) => [
    row.name,
    String(row.xmlBytes),
    String(row.packetBytes),
    ...cells(row, 'raw'),
    ...cells(row, 'c'),
  ]),
)}
`;

const generationA = (rows: readonly ReportRow[]): string =>
  `${A_HEADING}

The same events in schema A, compressed with the dictionaries of the TAKPacket SDK 0.1. They are not part of this
repository: where they are missing this part is left as it was.

${summary(rows, ['a'])}

${table(
  ['event', 'XML', 'A', `of ${MAX_FRAME_BYTES}`, 'rung'],
  rows.map((row) => [row.name, String(row.xmlBytes), ...cells(row, 'a')]),
)}
`;

/** @param before the report as it was: what cannot be measured here is taken from it */
export const compressionReport = (rows: readonly ReportRow[], before: string): string => {
  const isMeasured = rows.some(({ a }) => a !== undefined);
  const second = isMeasured ? generationA(rows) : A_HEADING + (before.split(A_HEADING)[1] ?? '');
  return `${own(rows).trimEnd()}\n\n${second.trimEnd()}\n`;
};
