/** What agents know of a node that somebody asks about: when it was heard and over which radio, and whether it says where it is. Pure. */
import { freshIdentity, nodeText } from '@cotbus/contracts';
import type { NodeState } from '@cotbus/contracts';
import { duration, note, warning } from '../site.ts';
import type { FindingFields } from '../site.ts';

export const heardCodes = [
  'node_heard',
  'node_silent',
  'node_ignored',
  'own_radio',
  'no_position',
  'position_old',
  'position_coarse',
  'reports_itself',
] as const;

/** What a radio remembers of nodes that were silent for longer is not shown. */
const SILENT_MS = 2 * 60 * 60_000;
const OLD_FIX_MS = 60 * 60_000;
const FULL_PRECISION_BITS = 32;
/** 1e-7 degrees of latitude, metres. */
const UNIT_M = 0.011_13;

/** @param states of one node, one for each agent that knows it. @param nowMs wall clock, epoch milliseconds */
export const findingsOfNode = (states: readonly NodeState[], nowMs: number): readonly FindingFields[] => {
  const newest = states.toSorted((a, b) => heardAgoMs(a, nowMs) - heardAgoMs(b, nowMs))[0];
  if (newest === undefined) return [];
  const about = nameOf(newest);
  return [
    heard(newest, states, about, nowMs),
    ...ignored(states, about),
    ...(newest.own ? [ownRadio(newest, about)] : []),
    // Where its user reports itself, the node's own position is shown to nobody.
    ...(freshIdentity(newest) === undefined ? position(states, about, nowMs) : itself(newest, about)),
  ];
};

/** Of the machine that heard it; a clock that is ahead makes it now. */
const heardAgoMs = ({ atMs, heardAgeMs }: NodeState, nowMs: number): number => Math.max(0, nowMs - atMs) + heardAgeMs;

export const nameOf = ({ num, longName, shortName }: NodeState): string =>
  [nodeText(num), longName || shortName].filter((text) => text !== '').join(' ');

const heard = (
  { agent, mesh, snrDb, hops, viaMqtt }: NodeState,
  states: readonly NodeState[],
  about: string,
  nowMs: number,
): FindingFields => {
  const agoMs = Math.min(...states.map((state) => heardAgoMs(state, nowMs)));
  const how = [
    ...(hops === undefined ? [] : [hops === 0 ? 'directly' : `over ${hops} ${hops === 1 ? 'hop' : 'hops'}`]),
    ...(snrDb === undefined ? [] : [`SNR ${snrDb.toFixed(1)} dB`]),
    ...(viaMqtt ? ['via MQTT'] : []),
  ];
  const others = states.filter((state) => state.agent !== agent).map((state) => state.agent);
  const also = others.length === 0 ? '' : `; also known to ${others.join(', ')}`;
  const cause = `It was last heard ${duration(agoMs)} ago by ${agent} on mesh ${mesh}${how.length === 0 ? '' : ` (${how.join(', ')})`}${also}.`;
  return agoMs < SILENT_MS
    ? note('node_heard', { about, cause, remedy: 'Nothing.' })
    : warning('node_silent', { about, cause, remedy: 'Look whether that radio is on, charged and in range.' });
};

const ignored = (states: readonly NodeState[], about: string): readonly FindingFields[] =>
  states.every((state) => state.ignored)
    ? [
        warning('node_ignored', {
          about,
          cause: 'The owner of our radio ignores this node, so nothing of it is passed on.',
          remedy: "Take the node off the radio's ignore list, with the Meshtastic app.",
        }),
      ]
    : [];

const ownRadio = ({ agent }: NodeState, about: string): FindingFields =>
  note('own_radio', {
    about,
    cause: `It is the radio of agent ${agent} itself.`,
    remedy: 'Nothing; tak.identity says what the gateway shows of itself.',
  });

const position = (states: readonly NodeState[], about: string, nowMs: number): readonly FindingFields[] => {
  const fixes = states.flatMap((state) =>
    state.fix === undefined ? [] : [{ fix: state.fix, ageMs: state.fix.ageMs + Math.max(0, nowMs - state.atMs) }],
  );
  const best = fixes.toSorted((a, b) => a.ageMs - b.ageMs)[0];
  if (best === undefined || (best.fix.latitudeI === 0 && best.fix.longitudeI === 0)) {
    return [
      warning('no_position', {
        about,
        cause: 'No position of it was ever heard.',
        remedy:
          'Give it a view of the sky or a fixed position, and let its channel share positions; worker.nodes.noFix says how it is shown until then.',
      }),
    ];
  }
  const { precisionBits } = best.fix;
  const isCoarse = precisionBits > 0 && precisionBits < FULL_PRECISION_BITS;
  return [
    ...(best.ageMs < OLD_FIX_MS
      ? []
      : [
          note('position_old', {
            about,
            cause: `Its position is ${duration(best.ageMs)} old.`,
            remedy: 'Look at its GPS, and at how often it sends positions (position_broadcast_secs).',
          }),
        ]),
    ...(isCoarse
      ? [
          note('position_coarse', {
            about,
            cause: `Its channel shares positions in cells of some ${cellText(precisionBits)}: it is shown in the middle of one.`,
            remedy: 'Set the position precision of that channel higher, at that radio.',
          }),
        ]
      : []),
  ];
};

const cellText = (bits: number): string => {
  const metres = UNIT_M * 2 ** (FULL_PRECISION_BITS - bits);
  return metres >= 1_000 ? `${(metres / 1_000).toFixed(1)} km` : `${Math.round(metres)} m`;
};

const itself = (state: NodeState, about: string): readonly FindingFields[] => {
  const identity = freshIdentity(state);
  if (identity === undefined) return [];
  return [
    note('reports_itself', {
      about,
      cause: `Its user reports to TAK itself as ${identity.callsign || identity.uid}, which is shown instead of the node.`,
      remedy: `Look for ${identity.callsign || identity.uid} on the map.`,
    }),
  ];
};
