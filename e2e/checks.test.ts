import { create } from '@bufbuild/protobuf';
import { itemKey, ItemIdSchema, OutcomeBatchSchema, Reason, reasonOf } from '@cotbus/contracts';
import type { ReasonName } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import type { WatchedItem } from './bus-watch.ts';
import { findViolations } from './checks.ts';
import { countRepeats } from './check-sightings.ts';
import type { Evidence } from './evidence.ts';
import { findLabel } from './label.ts';
import type { Label } from './label.ts';
import { readLedger } from './ledger.ts';
import { buildReport, reportText } from './report.ts';
import type { Sighting, Witness } from './sighting.ts';

/** One line of a hand-made ledger: seq of the item, what it is about, where and how it ended. */
type Line = readonly [seq: number, label: Label, destination: string, reason: ReasonName];

const id = (seq: number) => create(ItemIdSchema, { origin: 'radio-1', incarnation: 1, nonce: 9n, seq });

const ledgerOf = (lines: readonly Line[]) =>
  readLedger([
    create(OutcomeBatchSchema, {
      owner: 'tak',
      incarnation: 1,
      nonce: 5n,
      firstNumber: 1,
      outcomes: lines.map(([seq, callsign, destination, reason]) => ({
        item: id(seq),
        callsign,
        uid: 'U',
        destination,
        reason: reasonOf(reason),
      })),
    }),
  ]);

const item = (seq: number, label: Label, destinations: readonly string[] = ['tak']): WatchedItem => ({
  key: itemKey(id(seq)),
  label,
  destinations: new Set(destinations),
  publishes: 1,
});

type Seen = readonly [label: Label, time?: string, uid?: string];
const witness = (seen: readonly Seen[], destination = 'tak', direction: 'rx' | 'tx' = 'rx'): Witness => ({
  name: `witness of ${destination}`,
  destination,
  direction,
  overflow: 0,
  sightings: seen.map(([label, time = label, uid = 'U'], index): Sighting => ({
    order: index + 1,
    connection: 1,
    uid,
    label,
    identity: `${uid} ${time}`,
    isState: true,
  })),
});

const evidence = (
  parts: { items?: WatchedItem[]; lines?: Line[]; witnesses?: Witness[]; given?: Label[] } & Partial<
    Pick<Evidence, 'unhurt' | 'overflow'>
  >,
): Evidence => ({
  items: parts.items ?? [],
  ledger: ledgerOf(parts.lines ?? []),
  witnesses: parts.witnesses ?? [],
  given: new Set(parts.given ?? ['rx-1', 'rx-2', 'rx-3', 'tx-1', 'tx-2']),
  unhurt: parts.unhurt ?? false,
  overflow: parts.overflow ?? 0,
});

const rulesOf = (parts: Parameters<typeof evidence>[0]): string[] =>
  findViolations(evidence(parts)).map(({ rule }) => rule);

const good = {
  items: [item(1, 'rx-1'), item(2, 'rx-2'), item(3, 'rx-3')],
  lines: [
    [1, 'rx-1', 'tak', 'delivered'],
    [2, 'rx-2', 'tak', 'impossible'],
    [3, 'rx-3', 'tak', 'delivered'],
  ] as Line[],
  witnesses: [witness([['rx-1'], ['rx-3']])],
};

describe('the checks', () => {
  it('find nothing where nothing is wrong', () => {
    expect(findViolations(evidence({ ...good, unhurt: true, given: ['rx-1', 'rx-2', 'rx-3'] }))).toEqual([]);
  });

  it('find an item without an outcome at one of its destinations, and say which', () => {
    const items = [item(1, 'rx-1', ['tak', 'tak-2']), ...good.items.slice(1)];
    const found = findViolations(evidence({ ...good, items }));
    expect(found).toMatchObject([{ rule: 'no outcome', about: 'radio-1/1.0000000000000009/1' }]);
    expect(found[0]?.sentence).toBe(
      'Item radio-1/1.0000000000000009/1 (rx-1) has no outcome at tak-2; it was published 1 times.',
    );
  });

  it('take an outcome without a destination as the end everywhere, but not beside another', () => {
    const items = [item(1, 'rx-1', ['tak', 'tak-2'])];
    expect(rulesOf({ items, lines: [[1, 'rx-1', '', 'no_destination']] })).toEqual([]);
    const lines: Line[] = [
      [1, 'rx-1', '', 'no_destination'],
      [1, 'rx-1', 'tak', 'impossible'],
    ];
    expect(rulesOf({ items, lines })).toEqual(['two outcomes']);
  });

  it('find two outcomes at one destination', () => {
    const lines: Line[] = [...good.lines, [1, 'rx-1', 'tak', 'delivered']];
    expect(rulesOf({ ...good, lines })).toEqual(['two outcomes']);
  });

  it('find a seq that left no trace', () => {
    const lines: Line[] = [...good.lines, [6, 'rx-3', 'tak', 'duplicate']];
    const found = findViolations(evidence({ ...good, lines }));
    expect(found.map(({ sentence }) => sentence)).toEqual([
      'Items radio-1/1.0000000000000009/4 to 5 left no trace: neither published nor ended.',
    ]);
  });

  it('find what is delivered and was not seen', () => {
    expect(rulesOf({ ...good, witnesses: [witness([['rx-1']])] })).toEqual(['delivered, not seen']);
  });

  it('are content when one of several witnesses saw it', () => {
    expect(rulesOf({ ...good, witnesses: [witness([['rx-1']]), witness([['rx-1'], ['rx-3']])] })).toEqual([]);
  });

  it('find what is refused and was seen, unless another item about it was delivered', () => {
    const seen = [witness([['rx-1'], ['rx-2'], ['rx-3']])];
    expect(rulesOf({ ...good, witnesses: seen })).toEqual(['refused, but seen']);
    const lines: Line[] = [...good.lines, [4, 'rx-2', 'tak', 'delivered']];
    expect(rulesOf({ ...good, witnesses: seen, lines })).toEqual([]);
  });

  it('find what was seen although nobody accepted it', () => {
    expect(rulesOf({ ...good, witnesses: [witness([['rx-1'], ['rx-3'], ['rx-9']])] })).toEqual(['seen, not accepted']);
  });

  it('count a repeat of the same, and find one that differs', () => {
    const same = witness([['rx-1'], ['rx-3'], ['rx-1'], ['rx-3']]);
    expect(rulesOf({ ...good, witnesses: [same] })).toEqual([]);
    expect(countRepeats(same)).toBe(2);
    const differs = witness([['rx-1'], ['rx-3'], ['rx-3', 'another time']]);
    expect(rulesOf({ ...good, witnesses: [differs] })).toEqual(['repeat differs']);
  });

  it('find an older state that came after a newer one, per uid', () => {
    const lines: Line[] = good.lines.map(([seq, label, place]) => [seq, label, place, 'delivered']);
    expect(rulesOf({ ...good, lines, witnesses: [witness([['rx-1'], ['rx-3'], ['rx-2'], ['rx-3']])] })).toEqual([
      'out of order',
    ]);
    expect(
      rulesOf({ ...good, lines, witnesses: [witness([['rx-3'], ['rx-1', 't', 'V'], ['rx-2', 't', 'V']])] }),
    ).toEqual([]);
  });

  it('find an old repeat that stands last', () => {
    expect(rulesOf({ ...good, witnesses: [witness([['rx-1'], ['rx-3'], ['rx-1']])] })).toEqual(['out of order']);
  });

  it('hold for the air as for clients: what an agent calls sent was sent', () => {
    const items = [item(1, 'tx-1', ['mesh-1']), item(2, 'tx-2', ['mesh-1'])];
    const lines: Line[] = [
      [1, 'tx-1', 'mesh-1', 'delivered'],
      [2, 'tx-2', 'mesh-1', 'queue_full'],
    ];
    expect(rulesOf({ items, lines, witnesses: [witness([['tx-1']], 'mesh-1', 'tx')] })).toEqual([]);
    expect(rulesOf({ items, lines, witnesses: [witness([['tx-2']], 'mesh-1', 'tx')] })).toEqual([
      'delivered, not seen',
      'refused, but seen',
    ]);
    const silent: Line[] = [
      [1, 'tx-1', 'mesh-1', 'radio_silent'],
      [2, 'tx-2', 'mesh-1', 'radio_away'],
    ];
    expect(rulesOf({ items, lines: silent, witnesses: [witness([['tx-1']], 'mesh-1', 'tx')] })).toEqual([]);
  });

  it('take an end that is unconfirmed for neither', () => {
    const unconfirmed = create(OutcomeBatchSchema, {
      owner: 'radio-1',
      incarnation: 1,
      nonce: 5n,
      firstNumber: 1,
      outcomes: [
        { item: id(1), callsign: 'rx-1', destination: 'tak', reason: Reason.ABSENT, detail: 'unconfirmed: ?' },
      ],
    });
    const open = { ...evidence({ items: [item(1, 'rx-1')] }), ledger: readLedger([unconfirmed]) };
    expect(findViolations({ ...open, witnesses: [witness([['rx-1']])] })).toEqual([]);
    expect(findViolations({ ...open, witnesses: [witness([])] })).toEqual([]);
  });

  it('leave what clients pass to each other alone', () => {
    const items = [item(1, 'tx-1', ['mesh-1'])];
    const lines: Line[] = [
      [1, 'tx-1', 'mesh-1', 'expired'],
      [2, 'tx-1', 'tak', 'loop'],
    ];
    expect(rulesOf({ items, lines, witnesses: [witness([['tx-1'], ['tx-1', 'later'], ['tx-2']])] })).toEqual([]);
  });

  it('ask for everything that was given only when nothing was hurt', () => {
    expect(rulesOf({ ...good, given: ['rx-1', 'rx-7'], unhurt: true })).toEqual(['not accepted']);
    expect(rulesOf({ ...good, given: ['rx-1', 'rx-7'] })).toEqual([]);
  });

  it('say when not everything could be kept', () => {
    expect(rulesOf({ ...good, overflow: 2 })).toEqual(['overflow']);
  });
});

describe('a label', () => {
  it('is found in what carries it', () => {
    expect(findLabel('GeoChat.E2E-MESH-3.All Chat Rooms.rx-17')).toBe('rx-17');
    expect(findLabel('callsign="tx-2"')).toBe('tx-2');
    expect(findLabel('matrix-5 rx-')).toBeUndefined();
  });
});

describe('the report', () => {
  it('counts outcomes, sightings and violations', () => {
    const broken = evidence({ ...good, witnesses: [witness([['rx-1'], ['rx-1']])], given: ['rx-1', 'rx-9'] });
    const text = reportText(buildReport(broken, findViolations(broken)));
    expect(text).toContain('given / accepted      2 / 1');
    expect(text).toContain('outcomes at tak       delivered 2, impossible 1');
    expect(text).toContain('2 seen, 1 of ours, 1 repeats');
    expect(text).toContain('violations            delivered, not seen 1');
  });
});
