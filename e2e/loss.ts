/** A volume that was lost: what is known, from outside, of what was on it. */
import type { BusWatch } from './bus-watch.ts';
import type { LedgerLine } from './ledger.ts';
import type { Sighting } from './sighting.ts';

export interface Loss {
  readonly process: string;
  /** Where it is a sink: itself, or the mesh of its radio. */
  readonly destination: string;
  /** When the process started again, `performance.now()`: nothing of its earlier lives is under way any more. */
  readonly atMs: number;
  /** Of its journals until then, 16 hexadecimal digits: a new journal has a new one. */
  readonly nonces: ReadonlySet<string>;
  /** Keys of the items it had called settled, as a sink. */
  readonly settled: ReadonlySet<string>;
}

/** Such as `radio-1` and `0123456789abcdef` of `radio-1/4.0123456789abcdef/17`. */
const ORIGIN_AND_NONCE = /^([^/]*)\/\d+\.([0-9a-f]{16})/;

export const lossOf = (
  process: string,
  destination: string,
  { items, batches, settledBy }: Pick<BusWatch, 'items' | 'batches' | 'settledBy'>,
): Loss => {
  const ofItems = [...items.keys()].flatMap((key) => {
    const [, origin, nonce] = ORIGIN_AND_NONCE.exec(key) ?? [];
    return origin === process && nonce !== undefined ? [nonce] : [];
  });
  const ofLedger = batches
    .filter(({ owner }) => owner === process)
    .map(({ nonce }) => nonce.toString(16).padStart(16, '0'));
  return {
    process,
    destination,
    atMs: performance.now(),
    nonces: new Set([...ofItems, ...ofLedger]),
    settled: new Set(settledBy(process)),
  };
};

/** The volume that held an item at its origin. @param key of the item, or of its life. */
export const lossOfOrigin = (losses: readonly Loss[], key: string): Loss | undefined => {
  const [, origin, nonce = ''] = ORIGIN_AND_NONCE.exec(key) ?? [];
  return losses.find((loss) => loss.process === origin && loss.nonces.has(nonce));
};

/** The volume on which a ledger was that is no more. */
export const lossOfLedger = (
  losses: readonly Loss[],
  { owner, life }: Pick<LedgerLine, 'owner' | 'life'>,
): Loss | undefined => lossOfOrigin(losses, `${owner}/${life}`);

/** The volume of a sink that had told the origin that the item was settled: nobody else knows how. */
export const lossOfSink = (losses: readonly Loss[], key: string, destination: string): Loss | undefined =>
  losses.find((loss) => loss.destination === destination && loss.settled.has(key));

/** How many volumes a destination had lost when something was seen there. */
export const lossesBefore = (losses: readonly Loss[], destination: string, { atMs }: Pick<Sighting, 'atMs'>): number =>
  losses.filter((loss) => loss.destination === destination && loss.atMs <= atMs).length;
