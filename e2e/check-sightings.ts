/** The ledger against what was seen outside: at TAK clients (mesh → TAK) and on the air (TAK → mesh). */
import { labelOf } from './bus-watch.ts';
import type { Evidence, Violation } from './evidence.ts';
import { labelNumber } from './label.ts';
import type { Label } from './label.ts';
import type { LedgerLine } from './ledger.ts';
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
  readonly labels: ReadonlySet<Label>;
  readonly uids: ReadonlySet<string>;
}

const isOn =
  (direction: string) =>
  (label: Label | undefined): label is Label =>
    label?.startsWith(direction) === true;

const placesOf = ({ witnesses }: Evidence): Place[] =>
  [...new Set(witnesses.map(({ destination }) => destination))].map((destination) => {
    const here = witnesses.filter((witness) => witness.destination === destination);
    const sightings = here.flatMap((witness) => witness.sightings);
    return {
      destination,
      witnesses: here,
      labels: new Set(sightings.flatMap(({ label }) => label ?? [])),
      uids: new Set(sightings.map(({ uid }) => uid)),
    };
  });

/** Delivered is seen, refused is not, and what is seen was accepted. */
export const checkClaims = (evidence: Evidence): Violation[] => {
  const accepted = new Set(evidence.items.flatMap(({ label }) => label ?? []));
  for (const { outcome } of evidence.ledger.lines) {
    const label = labelOf(outcome);
    if (label !== undefined) accepted.add(label);
  }
  return placesOf(evidence).flatMap((place) => {
    const lines = evidence.ledger.lines.filter(({ destination }) => destination === place.destination);
    const unknown = [...place.labels].filter(isOn(directionOf(place))).filter((label) => !accepted.has(label));
    return [
      ...lines.flatMap((line) => notSeen(line, place)),
      ...refusedButSeen(lines, place, evidence.given),
      ...unknown.map((label): Violation => ({
        rule: 'seen, not accepted',
        about: label,
        sentence: `${label} was seen at ${place.destination}, and no item on the bus or in a ledger is about it.`,
      })),
    ];
  });
};

const notSeen = (line: LedgerLine, place: Place): Violation[] => {
  if (!DONE.has(line.reason)) return [];
  const label = labelOf(line.outcome);
  const { uid } = line.outcome;
  if (label === undefined ? uid === '' || place.uids.has(uid) : place.labels.has(label)) return [];
  const seenBy = place.witnesses.map(({ name }) => name).join(', ');
  return [
    {
      rule: 'delivered, not seen',
      about: line.item,
      sentence: `Item ${line.item} (${label ?? uid}) is ${line.reason} at ${place.destination} by number ${line.number} of ${line.owner}, and was not seen by ${seenBy}.`,
    },
  ];
};

/** Of labels of which every outcome here is a refusal. */
const refusedButSeen = (lines: readonly LedgerLine[], place: Place, given: ReadonlySet<Label>): Violation[] => {
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
        rule: 'refused, but seen',
        about: label,
        sentence: `${label} was seen at ${place.destination}, where it ended ${reasons}.`,
      },
    ];
  });
};

/** Clients pass events to each other through their egress: those of the other direction prove nothing there. */
const directionOf = ({ witnesses }: Place): string => witnesses[0]?.direction ?? 'rx';

/** Sightings after the first of a label at a witness. */
const repeatsOf = (witness: Witness): readonly (readonly [first: Sighting, again: Sighting])[] => {
  const firsts = new Map<Label, Sighting>();
  return witness.sightings.flatMap((sighting) => {
    const { label } = sighting;
    if (!isOn(witness.direction)(label)) return [];
    const first = firsts.get(label);
    if (first === undefined) firsts.set(label, sighting);
    return first === undefined ? [] : [[first, sighting] as const];
  });
};

export const countRepeats = (witness: Witness): number => repeatsOf(witness).length;

/** What comes again is the same: clients replace then instead of adding. */
export const checkRepeats = ({ witnesses }: Evidence): Violation[] =>
  witnesses.flatMap((witness) =>
    repeatsOf(witness)
      .filter(([first, again]) => first.identity !== again.identity)
      .map(([first, again]): Violation => ({
        rule: 'repeat differs',
        about: String(again.label),
        sentence: `${again.label} came to ${witness.name} as number ${first.order} and again, different, as number ${again.order}: ${first.identity} and ${again.identity}.`,
      })),
  );

/** Of a state, something older never comes first after something newer, and the newest stands last. */
export const checkOrder = ({ witnesses }: Evidence): Violation[] => witnesses.flatMap(orderOf);

const orderOf = (witness: Witness): Violation[] => {
  const newest = new Map<string, Sighting>();
  const last = new Map<string, Sighting>();
  const seen = new Set<Label>();
  const violations: Violation[] = [];
  const say = (uid: string, text: string): void => {
    violations.push({ rule: 'out of order', about: uid, sentence: `At ${witness.name}, ${uid}: ${text}` });
  };
  for (const sighting of witness.sightings) {
    const { uid, label, isState } = sighting;
    if (!isState || !isOn(witness.direction)(label)) continue;
    last.set(uid, sighting);
    const newer = newest.get(uid);
    if (newer?.label === undefined || labelNumber(newer.label) < labelNumber(label)) newest.set(uid, sighting);
    else if (!seen.has(label))
      say(uid, `${label} (number ${sighting.order}) after ${newer.label} (number ${newer.order}).`);
    seen.add(label);
  }
  for (const [uid, { label, order }] of last) {
    const wanted = newest.get(uid)?.label;
    if (wanted !== label) say(uid, `${label} (number ${order}) stands last, although ${wanted} was there.`);
  }
  return violations;
};
