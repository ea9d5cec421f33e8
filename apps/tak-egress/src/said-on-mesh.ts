/**
 * What was said on which mesh, by whom and in which dialect, for a while: so that a gateway says nothing again that everybody
 * there has heard, and takes for no news what another gateway says again. Dialects drop and round much of an event, so two
 * copies are told by who speaks and, in a chat line, what he says.
 */
import { parseDetail, remarksText } from '@cotbus/codec';
import { Kind, meshtastic } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import { createTtlMap } from '@cotbus/service';
import type { Clock } from '@cotbus/service';
import { targetUid } from './target-uid.ts';

/** Dialects that translate into one another: port 78, and ports 72 and 257. */
export type Tongue = 'v1' | 'v2';

const { ATAK_PLUGIN, ATAK_PLUGIN_V2, ATAK_FORWARDER } = meshtastic.PortNum;

/** Undefined for what any node can say. */
export const tongueOf = (port: number): Tongue | undefined => {
  if (port === ATAK_PLUGIN_V2) return 'v2';
  return port === ATAK_PLUGIN || port === ATAK_FORWARDER ? 'v1' : undefined;
};

export const otherTongue = (tongue: Tongue): Tongue => (tongue === 'v1' ? 'v2' : 'v1');

/** The longest that a gateway holds a message back for want of airtime; what comes again sooner is a repetition. */
const CHAT_MEMORY_MS = 360_000;
/** A report waits 60 s for the air; the next SOS of the same person must not wait long. */
const OTHER_MEMORY_MS = 150_000;
/** Who says a thing in both dialects goes on doing so. */
const BOTH_MEMORY_MS = 3_600_000;
const MAX_ENTRIES = 50_000;
const MAX_NODES = 1024;

/** Who said something, where. */
export interface Speaker {
  readonly mesh: string;
  readonly node: number;
}

export interface SaidOnMesh {
  /** @param isAgain by a gateway that heard it elsewhere */
  note(event: CotEvent, by: Speaker, tongue: Tongue | undefined, isAgain: boolean): void;
  /** Its sender was heard himself. */
  isFirstHand(event: CotEvent): boolean;
  /** The node that said it there last. @param tongue any, when left out: of gateways then */
  saidBy(event: CotEvent, mesh: string, tongue?: Tongue): number | undefined;
  /** He says everything in both dialects. */
  speaksBoth(by: Speaker): boolean;
}

export const createSaidOnMesh = (clock: Clock): SaidOnMesh => {
  const firstHand = createSaidMemory<true>(clock);
  const said = { v1: createSaidMemory<number>(clock), v2: createSaidMemory<number>(clock) };
  const again = createSaidMemory<number>(clock);
  const both = createTtlMap<string, true>({ ttlMs: BOTH_MEMORY_MS, maxEntries: MAX_NODES, clock });
  return {
    note: (event, by, tongue, isAgain) => {
      if (isAgain) again.set(event, by.mesh, by.node);
      else firstHand.set(event, '', true);
      if (tongue === undefined) return;
      if (said[otherTongue(tongue)].get(event, by.mesh) === by.node) both.set(speakerText(by), true);
      said[tongue].set(event, by.mesh, by.node);
    },
    isFirstHand: (event) => firstHand.get(event, '') !== undefined,
    saidBy: (event, mesh, tongue) => (tongue === undefined ? again : said[tongue]).get(event, mesh),
    speaksBoth: (by) => both.has(speakerText(by)),
  };
};

const speakerText = ({ mesh, node }: Speaker): string => `${mesh}\n${node}`;

export interface SaidMemory<V> {
  get(event: CotEvent, place: string): V | undefined;
  set(event: CotEvent, place: string, value: V): void;
}

/** By event and place, whatever dialect the event came in. */
export const createSaidMemory = <V>(clock: Clock): SaidMemory<V> => {
  const lines = createTtlMap<string, V>({ ttlMs: CHAT_MEMORY_MS, maxEntries: MAX_ENTRIES, clock });
  const others = createTtlMap<string, V>({ ttlMs: OTHER_MEMORY_MS, maxEntries: MAX_ENTRIES, clock });
  const memoryOf = ({ kind }: CotEvent) => (kind === Kind.CHAT ? lines : others);
  const keyOf = (event: CotEvent, place: string): string => `${place}\n${saidKey(event)}`;
  return {
    get: (event, place) => memoryOf(event).get(keyOf(event, place)),
    set: (event, place, value) => memoryOf(event).set(keyOf(event, place), value),
  };
};

/** V1 loses the ids of some chat lines: they are known by sender, room and words. */
const saidKey = (event: CotEvent): string => {
  const { kind, type, uid, detail } = event;
  if (kind !== Kind.CHAT) return `${kind === Kind.PLI ? '' : type} ${targetUid(event)}`;
  const line = uid.slice(0, Math.max(0, uid.lastIndexOf('.')));
  return `${type} ${line} ${remarksText(parseDetail(detail))}`;
};
