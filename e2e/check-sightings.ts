/** What one witness saw, against itself: repeats are the same, and states come in order. */
import type { Evidence, Violation } from './evidence.ts';
import { isOn, labelNumber } from './label.ts';
import type { Label } from './label.ts';
import { lossesBefore } from './loss.ts';
import type { Loss } from './loss.ts';
import type { Sighting, Witness } from './sighting.ts';

interface Repeat {
  readonly first: Sighting;
  readonly again: Sighting;
  /** The sink had lost its volume between the two. */
  readonly isAfterLoss: boolean;
}

/** Sightings after the first of a label at a witness; after a loss the first one is the first again. */
const repeatsOf = (witness: Witness, losses: readonly Loss[]): readonly Repeat[] => {
  const firsts = new Map<Label, Sighting>();
  const lives = (sighting: Sighting): number => lossesBefore(losses, witness.destination, sighting);
  return witness.sightings.flatMap((again): Repeat[] => {
    const { label } = again;
    if (!isOn(witness.direction)(label)) return [];
    const first = firsts.get(label);
    const isAfterLoss = first !== undefined && lives(first) < lives(again);
    if (first === undefined || isAfterLoss) firsts.set(label, again);
    return first === undefined ? [] : [{ first, again, isAfterLoss }];
  });
};

export const countRepeats = (witness: Witness): number => repeatsOf(witness, []).length;

/**
 * What comes again is the same: clients replace then instead of adding. A sink that lost its volume does not know what it
 * wrote, and reckons anew when it was heard.
 */
export const checkRepeats = ({ witnesses, losses }: Evidence): Violation[] => [
  ...witnesses.flatMap(repeatedHere),
  ...witnesses.flatMap((witness) =>
    repeatsOf(witness, losses)
      .filter(({ first, again }) => first.identity !== again.identity)
      .map(({ first, again, isAfterLoss }): Violation => ({
        rule: isAfterLoss ? 'lost with its volume' : 'repeat differs',
        about: String(again.label),
        sentence: `${again.label} came to ${witness.name} as number ${first.order} and again, different, as number ${again.order}: ${first.identity} and ${again.identity}.`,
      })),
  ),
];

/**
 * What was written on a link that lives is not written on it again. A message is, once more, when the client was back before
 * its connection of before was known to be dead: what that died with comes on this one.
 */
const repeatedHere = (witness: Witness): Violation[] => {
  const last = new Map<Label, Sighting>();
  return witness.sightings.flatMap((sighting): Violation[] => {
    const { label, connection, order, isState } = sighting;
    if (witness.isClient !== true || (connection > 1 && !isState) || !isOn(witness.direction)(label)) return [];
    const before = last.get(label);
    last.set(label, sighting);
    if (before?.connection !== connection) return [];
    return [
      {
        rule: 'repeated on one connection',
        about: label,
        sentence: `${label} came to ${witness.name} twice on connection ${connection}, as numbers ${before.order} and ${order}.`,
      },
    ];
  });
};

/** A mesh with several radios has several sinks: when the elected one changes, what the first has in hand may come late. */
const ordersOf = (witness: Witness): readonly Witness[] =>
  witness.hasOwnOrders === true
    ? [...new Set(witness.sightings.map(({ connection }) => connection))].map((connection) => ({
        ...witness,
        name: `radio ${connection} on the ${witness.name}`,
        sightings: witness.sightings.filter((sighting) => sighting.connection === connection),
      }))
    : [witness];

/**
 * Of a state, something older never comes first after something newer, and the newest stands last. A sink that lost its
 * volume does not know what it had of a state: what it gets from then on is in order.
 */
export const checkOrder = ({ witnesses, losses }: Evidence): Violation[] =>
  witnesses.flatMap(ordersOf).flatMap((witness) => {
    const violations = orderOf(witness, losses);
    if (losses.length === 0) return violations;
    const sentences = new Set(violations.map(({ sentence }) => sentence));
    const lost = orderOf(witness, []).filter(({ sentence }) => !sentences.has(sentence));
    return [...violations, ...lost.map((each): Violation => ({ ...each, rule: 'lost with its volume' }))];
  });

const orderOf = (witness: Witness, losses: readonly Loss[]): Violation[] => {
  const newest = new Map<string, Sighting>();
  const last = new Map<string, Sighting>();
  const seen = new Set<Label>();
  const violations: Violation[] = [];
  let lives = 0;
  const say = (uid: string, text: string): void => {
    violations.push({ rule: 'out of order', about: uid, sentence: `At ${witness.name}, ${uid}: ${text}` });
  };
  for (const sighting of witness.sightings) {
    const { uid, label, isState } = sighting;
    if (!isState || !isOn(witness.direction)(label)) continue;
    if (lossesBefore(losses, witness.destination, sighting) > lives) {
      lives = lossesBefore(losses, witness.destination, sighting);
      newest.clear();
      last.clear();
    }
    last.set(uid, sighting);
    const newer = newest.get(uid);
    if (newer?.label === undefined || labelNumber(newer.label) < labelNumber(label)) newest.set(uid, sighting);
    else if (!seen.has(label))
      say(
        uid,
        `${label} (number ${sighting.order}) ${Math.round(sighting.atMs - newer.atMs)} ms after ${newer.label} (number ${newer.order}).`,
      );
    seen.add(label);
  }
  for (const [uid, { label, order }] of last) {
    const wanted = newest.get(uid)?.label;
    if (wanted !== label) say(uid, `${label} (number ${order}) stands last, although ${wanted} was there.`);
  }
  return violations;
};
