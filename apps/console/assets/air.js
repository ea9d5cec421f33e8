/** Airtime of each radio in the last hour: what was used of what is allowed, by kind, what waits and what was refused. */
import { byId } from './elements.js';
import { sorted } from './model.js';
import { reasonOf } from './reasons.js';
import { syncRows } from './table.js';
import { joined, kindWord, percent, UNKNOWN } from './words.js';

/** From this part of the budget on, what comes again anyway waits. */
const SHORT_PART = 0.5;
const FULL_PART = 0.85;

/** A row for each radio that sends, and one for each kind below it. Pure. */
export const airRows = ({ agents }) =>
  sorted(agents, (a, b) => (a.key < b.key ? -1 : 1))
    .filter(({ online, air }) => online && (air.spentMs > 0 || air.limitMs !== null || air.kinds.length > 0))
    .flatMap((agent) => [radioRow(agent), ...agent.air.kinds.map((kind) => kindRow(agent, kind))]);

const radioRow = ({ key, agent, mesh, air: { limitMs, spentMs, kinds } }) => ({
  key,
  radio: agent,
  mesh,
  kind: 'all that it sent',
  isTotal: true,
  airText: seconds(spentMs),
  airNote: limitMs === null ? 'no limit' : `of ${seconds(limitMs)}, ${percent((spentMs / limitMs) * 100)}`,
  tone: toneOf(limitMs === null ? 0 : spentMs / limitMs),
  packets: sumOf(kinds, 'packets'),
  sent: sumOf(kinds, 'sent'),
  waiting: sumOf(kinds, 'waiting'),
  refused: '',
});

const kindRow = ({ key, agent }, { kind, airMs, packets, sent, waiting, refused }) => ({
  key: `${key}/${kind}`,
  radio: agent,
  mesh: '',
  kind: kindWord(kind),
  isTotal: false,
  airText: airMs === 0 ? UNKNOWN : seconds(airMs),
  airNote: '',
  tone: 'quiet',
  packets,
  sent,
  waiting,
  refused: joined(...refused.map(({ reason, count }) => `${count} ${reasonOf(reason).text}`)),
});

const toneOf = (part) => {
  if (part >= FULL_PART) return 'bad';
  return part >= SHORT_PART ? 'wait' : 'good';
};

const sumOf = (kinds, name) => kinds.reduce((sum, kind) => sum + kind[name], 0);

const seconds = (ms) => `${ms < 10_000 ? (ms / 1000).toFixed(1) : Math.round(ms / 1000)} s`;

const countCell = (count) => ({ text: count === 0 ? UNKNOWN : String(count) });

const columns = [
  { title: 'Radio', cell: ({ radio, mesh, isTotal }) => ({ text: radio, note: isTotal ? mesh : '' }) },
  { title: 'Kind', cell: ({ kind }) => ({ text: kind }) },
  {
    title: 'Airtime',
    cell: ({ isTotal, airText, airNote, tone }) =>
      isTotal ? { label: airText, tone, note: airNote } : { text: airText },
  },
  { title: 'Packets', cell: ({ packets }) => countCell(packets) },
  { title: 'Sent', cell: ({ sent }) => countCell(sent) },
  { title: 'Waiting', cell: ({ waiting }) => countCell(waiting) },
  { title: 'Not sent', cell: ({ refused }) => ({ text: refused || UNKNOWN }) },
];

export const renderAir = (model) => {
  const rows = airRows(model);
  byId('air-section').hidden = rows.length === 0;
  syncRows('air-rows', rows, columns);
};
