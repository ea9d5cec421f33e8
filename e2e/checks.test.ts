import { create } from '@bufbuild/protobuf';
import { itemKey, ItemIdSchema, OutcomeBatchSchema, Reason, reasonOf } from '@cotbus/contracts';
import type { ReasonName } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import type { WatchedItem } from './bus-watch.ts';
import { findAll } from './checks.ts';
import { countRepeats } from './check-sightings.ts';
import type { Evidence } from './evidence.ts';
import { findLabel } from './label.ts';
import type { Label } from './label.ts';
import { checkClocks } from './check-clocks.ts';
import { readLedger } from './ledger.ts';
import type { Loss } from './loss.ts';
import { buildReport, reportText } from './report.ts';
import type { Sighting, Witness } from './sighting.ts';

/** One line of a hand-made ledger: seq of the item, what it is about, where and how it ended. */
type Line = readonly [seq: number, label: Label, destination: string, reason: ReasonName];

const id = (seq: number) => create(ItemIdSchema, { origin: 'radio-1', incarnation: 1, nonce: 9n, seq });

const batchOf = (lines: readonly Line[], nonce = 5n) =>
  create(OutcomeBatchSchema, {
    owner: 'tak',
    incarnation: 1,
    nonce,
    firstNumber: 1,
    outcomes: lines.map(([seq, callsign, destination, reason]) => ({
      item: id(seq),
      callsign,
      uid: 'U',
      destination,
      reason: reasonOf(reason),
    })),
  });

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
    atMs: index + 1,
    uid,
    label,
    identity: `${uid} ${time}`,
    isState: true,
  })),
});

const evidence = (
  parts: { items?: WatchedItem[]; lines?: Line[]; witnesses?: Witness[]; given?: Label[] } & Partial<
    Pick<Evidence, 'unhurt' | 'overflow' | 'losses' | 'wrongClocks'>
  >,
): Evidence => ({
  items: parts.items ?? [],
  isDeclined: (_, destination) => destination === 'routes',
  ledger: readLedger([batchOf(parts.lines ?? [])]),
  witnesses: parts.witnesses ?? [],
  given: new Set(parts.given ?? ['rx-1', 'rx-2', 'rx-3', 'tx-1', 'tx-2']),
  unhurt: parts.unhurt ?? false,
  overflow: parts.overflow ?? 0,
  losses: parts.losses ?? [],
  wrongClocks: parts.wrongClocks ?? new Set(),
});

const rulesOf = (parts: Parameters<typeof evidence>[0]): string[] => findAll(evidence(parts)).map(({ rule }) => rule);

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
    expect(findAll(evidence({ ...good, unhurt: true, given: ['rx-1', 'rx-2', 'rx-3'] }))).toEqual([]);
  });

  it('find an item without an outcome at one of its destinations, and say which', () => {
    const items = [item(1, 'rx-1', ['tak', 'tak-2']), ...good.items.slice(1)];
    const found = findAll(evidence({ ...good, items }));
    expect(found).toMatchObject([{ rule: 'no outcome', about: 'radio-1/1.0000000000000009/1' }]);
    expect(found[0]?.sentence).toBe(
      'Item radio-1/1.0000000000000009/1 (rx-1) has no outcome at tak-2; it was published 1 times.',
    );
  });

  it('want no outcome of what a destination has declined', () => {
    const items = [item(1, 'rx-1', ['tak', 'routes']), ...good.items.slice(1)];
    expect(rulesOf({ ...good, items })).toEqual([]);
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
    const found = findAll(evidence({ ...good, lines }));
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

  it('find a state that came twice on one connection of a client, and let it come again on the next', () => {
    const seen = (...connections: number[]): Witness => {
      const one = witness(connections.map(() => ['rx-1']));
      const sightings = one.sightings.map((sighting, index) => ({ ...sighting, connection: connections[index] ?? 1 }));
      return { ...one, isClient: true, sightings };
    };
    const parts = { items: good.items.slice(0, 1), lines: good.lines.slice(0, 1) };
    expect(rulesOf({ ...parts, witnesses: [seen(1, 2)] })).toEqual([]);
    expect(rulesOf({ ...parts, witnesses: [seen(1, 2, 2)] })).toEqual(['repeated on one connection']);
  });

  it('ask each radio of a mesh for its own order', () => {
    const one = witness([['rx-3'], ['rx-1']]);
    const sightings = one.sightings.map((sighting, index) => ({ ...sighting, connection: index + 1 }));
    expect(rulesOf({ ...good, witnesses: [{ ...one, sightings }] })).toContain('out of order');
    expect(rulesOf({ ...good, witnesses: [{ ...one, sightings, hasOwnOrders: true }] })).toEqual([]);
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
    expect(findAll({ ...open, witnesses: [witness([['rx-1']])] })).toEqual([]);
    expect(findAll({ ...open, witnesses: [witness([])] })).toEqual([]);
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

describe('the checks of lost volumes', () => {
  const text = (nonce: bigint): string => nonce.toString(16).padStart(16, '0');
  const lossOf = (process: string, nonces: readonly bigint[], settled: readonly number[] = []): Loss => ({
    process,
    destination: 'tak',
    atMs: 2.5,
    nonces: new Set(nonces.map(text)),
    settled: new Set(settled.map((seq) => itemKey(id(seq)))),
  });
  const LOST = 'lost with its volume';

  it('count what a lost origin had accepted, and nothing of others', () => {
    const items = [item(1, 'rx-1'), item(4, 'rx-2')];
    const lines: Line[] = [[1, 'rx-1', 'tak', 'impossible']];
    expect(rulesOf({ items, lines, losses: [lossOf('radio-1', [9n])] })).toEqual([LOST, LOST]);
    expect(rulesOf({ items, lines, losses: [lossOf('radio-1', [8n])] })).toEqual(['no outcome', 'no trace']);
    expect(rulesOf({ items, lines, losses: [lossOf('radio-2', [9n])] })).toEqual(['no outcome', 'no trace']);
  });

  it('count what a lost sink had called settled, not what it had only taken', () => {
    const items = [item(1, 'rx-1'), item(2, 'rx-2')];
    expect(rulesOf({ items, losses: [lossOf('tak', [5n], [1])] })).toEqual([LOST, 'no outcome']);
  });

  it('let an item end again when its first end was in a lost ledger, and only then', () => {
    const items = [item(1, 'rx-1')];
    const lines: Line[] = [[1, 'rx-1', 'tak', 'no_client']];
    const both = (...batches: ReturnType<typeof batchOf>[]): string[] =>
      findAll({
        ...evidence({ items, losses: [lossOf('tak', [5n])] }),
        ledger: readLedger(batches),
      }).map(({ rule }) => rule);
    expect(both(batchOf(lines, 5n), batchOf(lines, 6n))).toEqual([LOST]);
    expect(both(batchOf([...lines, ...lines], 5n))).toEqual(['two outcomes']);
    expect(both(batchOf(lines, 6n), batchOf(lines, 7n))).toEqual(['two outcomes']);
  });

  it('let what died with the links of a lost sink be unseen, and what it had delivered be refused', () => {
    const losses = [lossOf('tak', [5n])];
    expect(rulesOf({ ...good, losses, witnesses: [witness([['rx-1']])] })).toEqual([LOST]);
    const early = [witness([['rx-1'], ['rx-2'], ['rx-1'], ['rx-3']])];
    expect(rulesOf({ ...good, losses, witnesses: early })).toEqual([LOST]);
    const late = [witness([['rx-1'], ['rx-1'], ['rx-2'], ['rx-3']])];
    expect(rulesOf({ ...good, losses, witnesses: late })).toEqual(['refused, but seen']);
  });

  it('let a lost sink repeat differently and forget its order, but not twice', () => {
    const lines: Line[] = good.lines.map(([seq, label, place]) => [seq, label, place, 'delivered']);
    const rules = (...seen: Seen[]): string[] =>
      rulesOf({ ...good, lines, losses: [lossOf('tak', [])], witnesses: [witness(seen)] });
    expect(rules(['rx-1'], ['rx-3', 'a'], ['rx-3', 'b'], ['rx-2', 'c', 'V'])).toEqual([LOST]);
    expect(rules(['rx-1'], ['rx-2', 'a'], ['rx-3', 'b'], ['rx-3', 'c'])).toEqual(['repeat differs']);
    expect(rules(['rx-1'], ['rx-3'], ['rx-2'])).toEqual([LOST, LOST]);
    expect(rules(['rx-1'], ['rx-1'], ['rx-3'], ['rx-2'])).toEqual(['out of order', 'out of order']);
  });
});

describe('the check of clocks', () => {
  it('lets only an egress whose clock was wrong find stale what is not, and only of its own clients', () => {
    const stale = create(OutcomeBatchSchema, {
      owner: 'tak',
      incarnation: 1,
      nonce: 5n,
      firstNumber: 1,
      outcomes: [
        { item: id(1), callsign: 'rx-1', destination: 'tak', reason: Reason.EXPIRED, detail: 'it was stale, really' },
      ],
    });
    const of = (wrongClocks: ReadonlySet<string>) =>
      findAll({ ...evidence({ items: [item(1, 'rx-1')], wrongClocks }), ledger: readLedger([stale]) });
    for (const wrong of ['radio-1', 'tak']) {
      expect(of(new Set([wrong]))).toMatchObject([{ rule: 'expired by a clock' }]);
    }
    const own = create(OutcomeBatchSchema, {
      ...stale,
      outcomes: stale.outcomes.map((outcome) => ({ ...outcome, item: { ...id(1), origin: 'tak' }, callsign: 'tx-1' })),
    });
    const ofOwn = (wrongClocks: ReadonlySet<string>) =>
      checkClocks({ ...evidence({ wrongClocks }), ledger: readLedger([own]) });
    expect(ofOwn(new Set(['tak']))).toEqual([]);
    expect(ofOwn(new Set(['radio-1']))).toHaveLength(1);
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
    const text = reportText(buildReport(broken, findAll(broken)));
    expect(text).toContain('given / accepted      2 / 1');
    expect(text).toContain('outcomes at tak       delivered 2, impossible 1');
    expect(text).toContain('2 seen, 1 of ours, 1 repeats');
    expect(text).toContain('violations            delivered, not seen 1');
  });
});
