/** What TAK clients are told of a shared package, and what they answer. */
import {
  ALL_CHAT_ROOMS,
  attribute,
  buildChatLine,
  buildChatUid,
  element,
  eventOfTree,
  lastNamed,
  treeOfEvent,
} from '@cotbus/codec';
import type { Element } from '@cotbus/codec';
import { Kind } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import type { DataPackage } from './data-package.ts';
import type { Route } from './route.ts';

/** How CoT writes an unknown height or error. */
const UNKNOWN = 9_999_999;
/** Clients say 10 s; a link that is away for a moment would lose it. */
const OFFER_STALE_MS = 120_000;
const CHAT_STALE_MS = 24 * 60 * 60_000;
const CALLSIGN = 'Cotbus';

export interface Offer {
  readonly route: Route;
  readonly given: DataPackage;
  readonly url: string;
  /** Name of the packager. */
  readonly sender: string;
  /** Callsigns; empty: everybody. */
  readonly contacts: readonly string[];
}

const senderUid = (sender: string): string => `Cotbus-${sender}`;

/** `b-f-t-r`: come and get it. The same package is the same event. */
export const offerEvent = ({ route, given, url, sender, contacts }: Offer): CotEvent => {
  const { fileName, bytes, hash } = given;
  const uid = `cotbus-share-${hash.slice(0, 32)}`;
  const about = { filename: fileName, senderUrl: url, sizeInBytes: String(bytes.length), sha256: hash };
  const dests = contacts.map((callsign) => element('dest', { callsign }));
  return eventWith(uid, 'b-f-t-r', Kind.RAW, route, OFFER_STALE_MS, [
    element('fileshare', { ...about, senderUid: senderUid(sender), senderCallsign: CALLSIGN, name: route.name }),
    element('ackrequest', { uid, ackrequested: 'true', tag: route.name }),
    ...(dests.length === 0 ? [] : [element('marti', {}, dests)]),
  ]);
};

/** The last resort: a line in the chat of everybody, with the link. */
export const chatEvent = ({ route, given, url, sender }: Offer): CotEvent => {
  const line = {
    senderUid: senderUid(sender),
    senderCallsign: CALLSIGN,
    room: ALL_CHAT_ROOMS,
    messageId: given.hash.slice(0, 32),
    text: `Route received: ${route.name} (${route.points.length} points) ${url}`,
  };
  const uid = buildChatUid(line.senderUid, line.room, line.messageId);
  return eventWith(uid, 'b-t-f', Kind.CHAT, route, CHAT_STALE_MS, buildChatLine(line));
};

const eventWith = (
  uid: string,
  type: string,
  kind: Kind,
  { points: [first] }: Route,
  staleAfterMs: number,
  detail: readonly Element[],
): CotEvent =>
  eventOfTree({
    uid,
    type,
    how: kind === Kind.CHAT ? 'h-g-i-g-o' : 'h-e',
    kind,
    timeMs: 0,
    startMs: 0,
    staleMs: 0,
    olderMs: 0,
    staleAfterMs,
    lat: first?.lat ?? 0,
    lon: first?.lon ?? 0,
    hae: UNKNOWN,
    ce: UNKNOWN,
    le: UNKNOWN,
    access: '',
    qos: '',
    opex: '',
    detail,
  });

export interface OfferAnswer {
  /** SHA-256 of the package, hex. */
  readonly hash: string;
  readonly who: string;
  readonly success: boolean;
  readonly why: string;
}

/** `b-f-t-a`; undefined for any other event. */
export const readOfferAnswer = (event: CotEvent): OfferAnswer | undefined => {
  if (event.type !== 'b-f-t-a') return undefined;
  const response = lastNamed(treeOfEvent(event).detail, 'ackresponse');
  return {
    hash: attribute(response, 'sha256'),
    who: attribute(response, 'senderCallsign') || attribute(response, 'senderUid'),
    success: attribute(response, 'success') === 'true',
    why: attribute(response, 'reason'),
  };
};
