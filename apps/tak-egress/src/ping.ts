/**
 * The control events of a TAK stream, which belong to the connection and go nowhere else.
 * ATAK asks `t-x-c-t` (uid `<self>-ping`) after 15 s of silence, iTAK with the uid `ping`, others with a `t-x-d-d` of the
 * uid `takPing`; any event answers, TAK Server sends `t-x-c-t-r` with the uid `takPong`, stale after 20 s.
 */
import { create } from '@bufbuild/protobuf';
import { isControl } from '@cotbus/codec';
import { CotEventSchema, Kind } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';

const PONG_STALE_MS = 20_000;
const PING_STALE_MS = 10_000;
/** How CoT writes an unknown height or error. */
const UNKNOWN = 9_999_999;

const isOfConnection = (event: CotEvent): boolean => event.type.startsWith('t-x-') && /p[io]ng$/i.test(event.uid);

/** True for what is never passed on, neither to other clients nor to a mesh. */
export const staysOnConnection = (event: CotEvent): boolean => isControl(event.type) || isOfConnection(event);

/** The answer to a control event; undefined when it needs none. `nowMs` is the wall clock. */
export const answerTo = (event: CotEvent, nowMs: number): CotEvent | undefined => {
  if (event.type === 't-x-c-t' || (isOfConnection(event) && /ping$/i.test(event.uid))) return buildPong(nowMs);
  return undefined;
};

/** The answer to a ping, and what keeps a quiet connection alive. */
export const buildPong = (nowMs: number): CotEvent => buildControl('t-x-c-t-r', 'takPong', nowMs, PONG_STALE_MS, '');

/** What a client asks after silence (ATAK: `<own uid>-ping`, stale after 10 s). */
export const buildPing = (ownUid: string, nowMs: number): CotEvent =>
  buildControl('t-x-c-t', `${ownUid}-ping`, nowMs, PING_STALE_MS, '');

export const buildControl = (
  type: string,
  uid: string,
  nowMs: number,
  staleAfterMs: number,
  detail: string,
): CotEvent =>
  create(CotEventSchema, {
    uid,
    type,
    how: 'm-g',
    kind: Kind.RAW,
    timeMs: nowMs,
    startMs: nowMs,
    staleMs: nowMs + staleAfterMs,
    hae: UNKNOWN,
    ce: UNKNOWN,
    le: UNKNOWN,
    detail,
  });
