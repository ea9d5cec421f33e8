/** A plain node as a contact: what is known of it, whatever packet it was heard by. */
import { create } from '@bufbuild/protobuf';
import { CotEventSchema, Kind, freshIdentity, meshtastic, nodeText } from '@cotbus/contracts';
import type { CotEvent, NodeState } from '@cotbus/contracts';
import { buildElements, element } from '../cot/element.ts';
import type { Element } from '../cot/element.ts';
import { STREAM_ENDPOINT } from '../cot/geo-chat.ts';
import { UNKNOWN_M } from '../cot/number.ts';
import { MAX_STALE_AFTER_MS } from '../limits.ts';
import { refuse } from '../result.ts';
import type { Refused } from '../result.ts';
import { nodeCallsign, nodeUid, printable } from './callsign.ts';
import { contactType, isUnit } from './contact-type.ts';
import { isManual, placeOf } from './fix.ts';
import { IN_LIST, standingOf } from './no-fix.ts';
import type { Standing } from './no-fix.ts';
import { PLAIN_DEFAULTS } from './options.ts';
import type { PlainOptions } from './options.ts';
import { batteryStatus, radioNotes } from './remarks.ts';
import { knownRole, knownTeam, splitSuffix } from './team-name.ts';
import { buildTrack, speedNote } from './track.ts';

/** What one frame says besides the node's state. */
export interface Readings {
  /** `Name: value`, for the remarks. */
  readonly notes: readonly string[];
  readonly elements: readonly Element[];
}

const NO_READINGS: Readings = { notes: [], elements: [] };

const { TAK, TAK_TRACKER } = meshtastic.Config_DeviceConfig_Role;
const takRoles: ReadonlySet<number> = new Set([TAK, TAK_TRACKER]);

/**
 * Fresh after its hearing, as old as its position; see `NoFix` for a node without one. Refused: `tak_identity` while
 * the node's user reports to TAK, `not_for_tak` when the operator hides what has no position.
 */
export const decodeContact = (
  node: NodeState,
  options: PlainOptions = PLAIN_DEFAULTS,
  readings: Readings = NO_READINGS,
): { readonly ok: true; readonly event: CotEvent } | Refused => {
  const identity = freshIdentity(node);
  if (identity !== undefined) {
    return refuse('tak_identity', `the node shows itself in TAK as ${identity.callsign || identity.uid}`);
  }
  // A radio in a TAK role sends no position of its own while its user reports: two icons for one person otherwise.
  if (takRoles.has(node.role) && placeOf(node.fix) === undefined) {
    return refuse('tak_identity', 'a radio in a TAK role without a position: its user reports to TAK');
  }
  const standing = standingOf(node, options);
  if (standing === undefined) return refuse('not_for_tak', 'no position yet or an old one: noFix hides the node');
  return { ok: true, event: buildContact(node, options, readings, standing) };
};

/** The contact, whoever else shows the node; in the contact list when it stands nowhere. */
export const buildContact = (
  node: NodeState,
  options: PlainOptions = PLAIN_DEFAULTS,
  readings: Readings = NO_READINGS,
  standing: Standing = standingOf(node, options) ?? IN_LIST,
): CotEvent => {
  const { place, fix } = standing;
  const type = contactType(node, options);
  const callsign = nodeCallsign(node, options);
  const group = groupOf(node, type, options);
  return create(CotEventSchema, {
    ...place,
    uid: nodeUid(node.num, options),
    type,
    how: isManual(fix) ? 'h-e' : 'm-g',
    kind: Kind.PLI,
    olderMs: fix?.ageMs ?? 0,
    staleAfterMs: Math.min(options.staleSeconds * 1000, MAX_STALE_AFTER_MS),
    detail: buildElements([
      element('contact', { callsign, endpoint: canChat(node, type) ? STREAM_ENDPOINT : undefined }),
      ...(group === undefined ? [] : [element('__group', { role: group.role, name: group.team })]),
      ...batteryStatus(node.metrics),
      ...(fix === undefined ? [] : [...buildTrack(fix), precision(standing)]),
      element('uid', { Droid: callsign }),
      ...readings.elements,
      marking(node),
      ...remarks(node, standing, readings),
    ]),
    callsign,
    team: group?.team ?? '',
    role: group?.role ?? '',
  });
};

const canChat = (node: NodeState, type: string): boolean => !node.unmessagable && isUnit(type);

const groupOf = (
  node: NodeState,
  type: string,
  options: PlainOptions,
): { readonly team: string; readonly role: string } | undefined => {
  const own = options.nodes.get(node.num);
  if (!isUnit(type) && own?.team === undefined) return undefined;
  const team = own?.team ?? splitSuffix(printable(node.longName), options).team ?? options.team;
  return { team: knownTeam(team), role: knownRole(own?.role ?? options.role) };
};

const precision = ({ place, fix }: Standing): Element => {
  const source = isManual(fix) ? 'USER' : 'GPS';
  return element('precisionlocation', { geopointsrc: source, altsrc: place.hae === UNKNOWN_M ? '???' : source });
};

const roleNames: ReadonlyMap<number, string> = new Map(
  meshtastic.Config_DeviceConfig_RoleSchema.values.map((v) => [v.number, v.name]),
);

/** For programs. The ATAK plugin sends nothing back to the mesh that carries the element. */
const marking = ({ num, role, hops, viaMqtt }: NodeState): Element =>
  element('__meshtastic', {
    id: nodeText(num),
    role: roleNames.get(role),
    hops: hops === undefined ? undefined : String(hops),
    viaMqtt: viaMqtt ? 'true' : undefined,
  });

const remarks = (node: NodeState, { fix, notes }: Standing, readings: Readings): readonly Element[] => {
  const all = [...notes, ...(fix === undefined ? [] : speedNote(fix)), ...readings.notes, ...radioNotes(node)];
  return all.length === 0 ? [] : [element('remarks', {}, all.join(' | '))];
};
