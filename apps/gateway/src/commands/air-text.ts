/** What `cotbus air` prints for people. */
import type { AirReport } from '@cotbus/radio-agent';

const seconds = (ms: number): string => (ms / 1000).toFixed(1);
const minutes = (ms: number): string => (ms / 60_000).toFixed(1);

/** Columns as wide as their widest cell; numbers end where their column does. */
const table = (rows: readonly (readonly string[])[], words: readonly number[]): string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        words.includes(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
};

/** More users than anybody reads; the longest gaps come first. */
const MAX_USERS = 40;

export const airText = ({ spanMs, limitMs, airMs, busiestHourMs, kinds, users }: AirReport): string[] => {
  const share = (ms: number): string => (airMs === 0 ? '0.0 %' : `${((ms / airMs) * 100).toFixed(1)} %`);
  const limit =
    limitMs === undefined
      ? 'no limit'
      : `${seconds(limitMs)} s allowed, ${((busiestHourMs / 3_600_000) * 100).toFixed(1)} % of the air`;
  return [
    `${minutes(spanMs)} min of TAK traffic: ${seconds(airMs)} s of airtime; busiest hour ${seconds(busiestHourMs)} s (${limit})`,
    '',
    ...table(
      [
        ['kind', 'events', 'sent', 'airtime s', 'share', 'longest wait s', 'not sent'],
        ...kinds.map(({ kind, events, sent, airMs: ofKind, longestWaitMs, refused }) => [
          kind,
          `${events}`,
          `${sent}`,
          seconds(ofKind),
          share(ofKind),
          seconds(longestWaitMs),
          Object.entries(refused)
            .map(([reason, count]) => `${reason} ${count}`)
            .join(', '),
        ]),
      ],
      [0, 6],
    ),
    ...(users.length === 0 ? [] : ['', ...userTable(users)]),
  ];
};

const userTable = (users: AirReport['users']): string[] => [
  ...table(
    [
      ['user', 'reports', 'sent', 'longest gap min'],
      ...users
        .slice(0, MAX_USERS)
        .map(({ uid, callsign, reports, sent, longestGapMs }) => [
          callsign || uid,
          `${reports}`,
          `${sent}`,
          minutes(longestGapMs),
        ]),
    ],
    [0],
  ),
  ...(users.length > MAX_USERS ? [`and ${users.length - MAX_USERS} with shorter gaps`] : []),
];
