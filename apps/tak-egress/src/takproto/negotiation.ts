/**
 * Which version of the TAK protocol a stream speaks: XML until both sides have agreed on protobuf. The server offers
 * (`t-x-takp-v`), the client asks (`t-x-takp-q`, and writes nothing more), the server answers (`t-x-takp-r`); from there on
 * protobuf both ways if it said yes. Pure: time and control events in, control events and decisions out.
 */
import { attribute, parseDetail } from '@cotbus/codec';
import type { Element } from '@cotbus/codec';
import type { CotEvent } from '@cotbus/contracts';
import { buildControl } from '../ping.ts';

/** How long a client waits for an offer, and for the answer to its question. */
export const NEGOTIATION_MS = 60_000;
const VERSION = '1';

/** `auto`: protobuf where the other side can; `protobuf`: from the first byte. */
export type StreamProtocol = 'auto' | 'xml' | 'protobuf';

export type NegotiationOutput =
  | { readonly kind: 'send'; readonly event: CotEvent }
  /** Protobuf from here on. */
  | { readonly kind: 'agreed' }
  | { readonly kind: 'failed'; readonly why: string };

export interface Negotiation {
  /** False while a question of ours is unanswered. */
  readonly mayWrite: boolean;
  opened(nowMs: number, nowWallMs: number): NegotiationOutput[];
  /** Any `t-x-takp-*` of the other side. */
  heard(event: CotEvent, nowMs: number, nowWallMs: number): NegotiationOutput[];
  tick(nowMs: number): NegotiationOutput[];
}

export const isNegotiation = (event: CotEvent): boolean => event.type.startsWith('t-x-takp-');

/** @param uid of the offer, unique to the connection. */
export const createServerNegotiation = (protocol: StreamProtocol, uid: string, version: string): Negotiation => {
  let agreed = protocol === 'protobuf';
  return {
    mayWrite: true,
    opened: (_, nowWallMs) => (protocol === 'auto' ? [offer(uid, version, nowWallMs)] : []),
    heard: (event, _, nowWallMs) => {
      if (event.type !== 't-x-takp-q' || agreed) return [];
      const isAsked = valuesOf(event, 'TakRequest', 'version').includes(VERSION);
      agreed = protocol === 'auto' && isAsked;
      return agreed ? [answer(event.uid, true, nowWallMs), { kind: 'agreed' }] : [answer(event.uid, false, nowWallMs)];
    },
    tick: () => [],
  };
};

type ClientState = 'listening' | 'asked' | 'settled';

export const createClientNegotiation = (protocol: StreamProtocol): Negotiation => {
  let state: ClientState = protocol === 'auto' ? 'listening' : 'settled';
  let untilMs = 0;
  const hearOffer = (event: CotEvent, nowMs: number, nowWallMs: number): NegotiationOutput[] => {
    const isOffered = valuesOf(event, 'TakProtocolSupport', 'version').includes(VERSION);
    state = isOffered ? 'asked' : 'settled';
    untilMs = nowMs + NEGOTIATION_MS;
    return isOffered ? [question(event.uid, nowWallMs)] : [];
  };
  return {
    get mayWrite() {
      return state !== 'asked';
    },
    opened: (nowMs) => {
      untilMs = nowMs + NEGOTIATION_MS;
      return [];
    },
    heard: (event, nowMs, nowWallMs) => {
      if (event.type === 't-x-takp-v' && state === 'listening') return hearOffer(event, nowMs, nowWallMs);
      if (event.type !== 't-x-takp-r' || state !== 'asked') return [];
      state = 'settled';
      return valuesOf(event, 'TakResponse', 'status').includes('true') ? [{ kind: 'agreed' }] : [];
    },
    tick: (nowMs) => {
      if (state === 'settled' || nowMs < untilMs) return [];
      const wasAsked = state === 'asked';
      state = 'settled';
      const why = `no answer within ${NEGOTIATION_MS / 1000} s to the question for TAK protocol ${VERSION}`;
      return wasAsked ? [{ kind: 'failed', why }] : [];
    },
  };
};

const valuesOf = (event: CotEvent, name: string, of: string): readonly string[] =>
  collect(parseDetail(event.detail), name).map((e) => attribute(e, of).trim());

const collect = (elements: readonly Element[], name: string): readonly Element[] =>
  elements.flatMap((e) => [...(e.name === name ? [e] : []), ...collect(e.children, name)]);

const send = (type: string, uid: string, nowWallMs: number, detail: string): NegotiationOutput => ({
  kind: 'send',
  event: buildControl(type, uid, nowWallMs, NEGOTIATION_MS, `<TakControl>${detail}</TakControl>`),
});

const offer = (uid: string, version: string, nowWallMs: number): NegotiationOutput =>
  send(
    't-x-takp-v',
    uid,
    nowWallMs,
    `<TakProtocolSupport version="${VERSION}"/><TakServerVersionInfo serverVersion="Cotbus ${version}" apiVersion="3"/>`,
  );

const question = (uid: string, nowWallMs: number): NegotiationOutput =>
  send('t-x-takp-q', uid, nowWallMs, `<TakRequest version="${VERSION}"/>`);

const answer = (uid: string, status: boolean, nowWallMs: number): NegotiationOutput =>
  send('t-x-takp-r', uid, nowWallMs, `<TakResponse status="${status}"/>`);
