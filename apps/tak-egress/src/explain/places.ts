/** The places where somebody may be seen, and why he is or is not: what `explain` tells, made of what the egress knows. */
import { LinkState, reasonText } from '@cotbus/contracts';
import type { LinkStatus, Place } from '@cotbus/contracts';
import { answerOnLink, answerToMesh, placeOf, whyDead } from '@cotbus/service';
import type { Clock, FateFacts, FindingFields, OnLink } from '@cotbus/service';
import { isMessage } from '../outgoing.ts';
import type { Outgoing } from '../outgoing.ts';
import { createFilter } from '../filter.ts';
import type { Filter } from '../filter.ts';
import type { FilterOptions } from '../filter-options.ts';
import type { Picture } from '../picture.ts';
import { ruleText } from '../rule-text.ts';
import { targetUid } from '../target-uid.ts';
import { CLIENTS } from './subjects.ts';
import type { Fate, KnownSubject } from './subjects.ts';

/** A link or listener as the configuration has it. */
export interface PlaceOptions {
  readonly name: string;
  readonly direction: 'both' | 'out' | 'in';
  readonly isListener: boolean;
  readonly out: FilterOptions;
  readonly in: FilterOptions;
  /** People are shown there without an address to write to. */
  readonly hidesAddresses: boolean;
  /** The gateway introduces itself there. */
  readonly isIntroduced: boolean;
}

export interface PlaceParts {
  readonly clock: Clock;
  readonly picture: Pick<Picture, 'of'>;
  readonly waitingFor: (link: string) => readonly Outgoing[];
  readonly linkStatus: (name: string) => LinkStatus | undefined;
  readonly meshes: () => readonly string[];
}

/** What a TAK server is known to say of the link. */
export type FindingsOf = (link: string) => readonly FindingFields[];

const filters = new WeakMap<FilterOptions, Filter>();
const filterOf = (options: FilterOptions): Filter => {
  const known = filters.get(options) ?? createFilter(options);
  filters.set(options, known);
  return known;
};

/** Of what was heard on a mesh, one for each link and listener. */
export const placesOnLinks = (
  subject: KnownSubject,
  places: readonly PlaceOptions[],
  serverFindings: FindingsOf,
  parts: PlaceParts,
): readonly Place[] =>
  places.map((place) => {
    const { fate, waits } = fateOf(subject, place, parts);
    const facts: OnLink = {
      link: linkFacts(place, serverFindings, parts),
      subject: subjectFacts(subject, parts),
      fate,
      rule: deniedBy(subject, place, parts),
    };
    const written = fate?.writtenAgoMs;
    const writtenAtMs = written === undefined ? undefined : parts.clock.now() - written;
    return placeOf(place.name, answerOnLink(facts), { writtenAtMs, waitingBefore: waits ? fate?.before : undefined });
  });

/** Of what came from TAK, one for each mesh. */
export const placesOnMeshes = (subject: KnownSubject, { meshes, clock }: PlaceParts): readonly Place[] =>
  meshes().map((mesh) => {
    const fate = subject.fates.get(mesh);
    const answer = answerToMesh({
      subject: nameOf(subject),
      mesh,
      end: subject.end && { reason: reasonText(subject.end.reason), detail: subject.end.detail },
      refused: fate?.kind === 'refused' ? fate.detail : undefined,
      handedAgoMs: fate?.kind === 'written' ? clock.monotonic() - fate.atMs : undefined,
    });
    return placeOf(mesh, answer);
  });

const nameOf = ({ callsign, uid, node }: KnownSubject): string => callsign || uid || `node ${node}`;

const linkFacts = (place: PlaceOptions, serverFindings: FindingsOf, { linkStatus }: PlaceParts): OnLink['link'] => {
  const { name, direction, isListener, hidesAddresses } = place;
  const status = linkStatus(name);
  return {
    name,
    direction,
    clients: isListener ? (status?.clients ?? 0) : undefined,
    isOpen: status?.state === LinkState.OPEN,
    lastError: status?.lastError ?? '',
    dead: whyDead(serverFindings(name)),
    hidesAddresses,
  };
};

const subjectFacts = (subject: KnownSubject, { clock, picture }: PlaceParts): OnLink['subject'] => {
  const nowMs = clock.monotonic();
  const { heardMs, staleMs, position, end, uid } = subject;
  const event = picture.of(uid);
  return {
    name: nameOf(subject),
    isPerson: event !== undefined && !isMessage({ event, xml: '', staleMs }) && event.callsign !== '',
    hasPosition: position !== undefined,
    heardAgoMs: nowMs - heardMs,
    // Of what was never understood nothing can be stale.
    leftMs: uid === '' ? Number.POSITIVE_INFINITY : staleMs - nowMs,
    end: end && { reason: reasonText(end.reason), detail: end.detail },
  };
};

const fateOf = (
  { uid, fates }: KnownSubject,
  { name, isListener }: PlaceOptions,
  { clock, waitingFor }: PlaceParts,
): { readonly fate: FateFacts | undefined; readonly waits: boolean } => {
  const known = newest([fates.get(name), ...(isListener ? [fates.get(CLIENTS)] : [])]);
  const before = uid === '' ? -1 : waitingFor(name).findIndex(({ event }) => targetUid(event) === uid);
  if (known === undefined && before === -1) return { fate: undefined, waits: false };
  const writtenAgoMs = known?.writtenMs === undefined ? undefined : clock.monotonic() - known.writtenMs;
  const waits = before !== -1;
  const kind = waits ? 'waits' : (known?.kind ?? 'written');
  return { fate: { kind, detail: known?.detail ?? '', writtenAgoMs, before: Math.max(0, before) }, waits };
};

const newest = (fates: readonly (Fate | undefined)[]): Fate | undefined =>
  fates.filter((fate) => fate !== undefined).toSorted((a, b) => b.atMs - a.atMs)[0];

const deniedBy = ({ uid }: KnownSubject, { out }: PlaceOptions, { picture }: PlaceParts): string | undefined => {
  const event = picture.of(uid);
  const verdict = event && filterOf(out)(event);
  if (verdict === undefined || verdict.passes) return undefined;
  const rule = out.rules[verdict.rule ?? -1];
  return rule === undefined ? 'none of its rules allows it' : `rule ${verdict.rule}, ${ruleText(rule)}`;
};
