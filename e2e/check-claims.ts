/** The ledger against what was seen outside: at TAK clients (mesh → TAK) and on the air (TAK → mesh). */
import { labelOf } from './bus-watch.ts';
import type { Evidence, Violation } from './evidence.ts';
import { isOn } from './label.ts';
import type { Label } from './label.ts';
import type { LedgerLine } from './ledger.ts';
import { lossesBefore, lossOfLedger } from './loss.ts';
import type { Loss } from './loss.ts';
import type { Sighting, Witness } from './sighting.ts';

/** An end that says that the thing was handed over. */
const DONE: ReadonlySet<string> = new Set(['delivered']);
/**
 * Ends that leave open whether it was: kept for clients that join, given to a radio that then fell silent or away. What
 * an origin could not confirm says so in its detail.
 */
const OPEN: ReadonlySet<string> = new Set(['no_client', 'radio_silent', 'radio_away', 'stopping', 'unknown']);

const isOpen = ({ reason, detail }: LedgerLine): boolean => OPEN.has(reason) || detail.startsWith('unconfirmed');

interface Place {
  readonly destination: string;
  readonly witnesses: readonly Witness[];
  readonly sightings: readonly Sighting[];
  readonly labels: ReadonlySet<Label>;
  readonly uids: ReadonlySet<string>;
}

const placesOf = ({ witnesses }: Evidence): Place[] =>
  [...new Set(witnesses.map(({ destination }) => destination))].map((destination) => {
    const here = witnesses.filter((witness) => witness.destination === destination);
    const sightings = here.flatMap((witness) => witness.sightings);
    return {
      destination,
      witnesses: here,
      sightings,
      labels: new Set(sightings.flatMap(({ label }) => label ?? [])),
      uids: new Set(sightings.map(({ uid }) => uid)),
    };
  });

/**
 * Delivered is seen, refused is not, and what is seen was accepted. Of a sink that lost its volume: what its links died with
 * is not written again, and what it had delivered it may refuse when it is asked again.
 */
export const checkClaims = (evidence: Evidence): Violation[] => {
  const { losses } = evidence;
  const accepted = new Set(evidence.items.flatMap(({ label }) => label ?? []));
  for (const { outcome } of evidence.ledger.lines) {
    const label = labelOf(outcome);
    if (label !== undefined) accepted.add(label);
  }
  return placesOf(evidence).flatMap((place) => {
    const lines = evidence.ledger.lines.filter(({ destination }) => destination === place.destination);
    const unknown = [...place.labels].filter(isOn(directionOf(place))).filter((label) => !accepted.has(label));
    return [
      ...lines.flatMap((line) => notSeen(line, place, losses)),
      ...refusedButSeen(lines, place, evidence),
      ...unknown.map((label): Violation => ({
        rule: 'seen, not accepted',
        about: label,
        sentence: `${label} was seen at ${place.destination}, and no item on the bus or in a ledger is about it.`,
      })),
    ];
  });
};

const notSeen = (line: LedgerLine, place: Place, losses: readonly Loss[]): Violation[] => {
  if (!DONE.has(line.reason)) return [];
  const label = labelOf(line.outcome);
  const { uid } = line.outcome;
  if (label === undefined ? uid === '' || place.uids.has(uid) : place.labels.has(label)) return [];
  const seenBy = place.witnesses.map(({ name }) => name).join(', ');
  return [
    {
      rule: lossOfLedger(losses, line) ? 'lost with its volume' : 'delivered, not seen',
      about: line.item,
      sentence: `Item ${line.item} (${label ?? uid}) is ${line.reason} at ${place.destination} by number ${line.number} of ${line.owner}, and was not seen by ${seenBy}.`,
    },
  ];
};

/** Of labels of which every outcome here is a refusal. */
const refusedButSeen = (
  lines: readonly LedgerLine[],
  place: Place,
  { given, losses }: Pick<Evidence, 'given' | 'losses'>,
): Violation[] => {
  const ends = new Map<Label, LedgerLine[]>();
  for (const line of lines) {
    const label = labelOf(line.outcome);
    if (label !== undefined && given.has(label)) ends.set(label, [...(ends.get(label) ?? []), line]);
  }
  return [...ends].flatMap(([label, several]): Violation[] => {
    const refused = several.every((line) => !DONE.has(line.reason) && !isOpen(line));
    if (!refused || !place.labels.has(label) || !isOn(directionOf(place))(label)) return [];
    const reasons = several.map(({ item, reason, detail }) => `${item} ${reason} (${detail})`).join(', ');
    return [
      {
        rule: isOnlyBeforeLoss(label, place, losses) ? 'lost with its volume' : 'refused, but seen',
        about: label,
        sentence: `${label} was seen at ${place.destination}, where it ended ${reasons}.`,
      },
    ];
  });
};

/** The life that lost its volume delivered it, no later one did. */
const isOnlyBeforeLoss = (label: Label, { destination, sightings }: Place, losses: readonly Loss[]): boolean => {
  const lost = losses.filter((loss) => loss.destination === destination).length;
  return sightings.every((sighting) => sighting.label !== label || lossesBefore(losses, destination, sighting) < lost);
};

/** Clients pass events to each other through their egress: those of the other direction prove nothing there. */
const directionOf = ({ witnesses }: Place): string => witnesses[0]?.direction ?? 'rx';
