/** Both directions of the worker as pure functions: one result for each item, a translation or a refusal. */
import type { DecodeFrame, EncodeEvent, Refused } from '@cotbus/codec';
import { createMessage, Kind, reasonOf } from '@cotbus/contracts';
import type { CotEvent, EventHeard, FrameHeard, ReasonName, RxResult, TxResult } from '@cotbus/contracts';
import type { SendAsOf } from './send-as.ts';

const refusal = (reason: ReasonName, detail: string) => ({
  case: 'refusal' as const,
  value: { reason: reasonOf(reason), detail },
});

export interface TranslateParts {
  readonly decode: DecodeFrame;
  readonly encode: EncodeEvent;
  readonly sendAs: SendAsOf;
}

export interface Translate {
  /** Frame → event. */
  frame(heard: FrameHeard): RxResult;
  /** Event → frames for each mesh it is meant for, named for the agent that shall send them. */
  event(heard: EventHeard): readonly TxResult[];
}

export const createTranslate = ({ decode, encode, sendAs }: TranslateParts): Translate => ({
  frame: (heard) => resultOf(heard, decode(heard)),
  event: ({ item, event, kind, saidBy, translateTo }) =>
    item === undefined || event === undefined
      ? []
      : item.addressed.map((addressed) =>
          createMessage('txResult', {
            item: { ...item, addressed: [addressed] },
            mesh: addressed.destination,
            agent: addressed.sink,
            kind,
            uid: event.uid,
            type: event.type,
            callsign: event.callsign,
            ...positionOf(event),
            ...framesOf(encode(event, sendAs(addressed.sink, translateTo)), saidBy),
          }),
        ),
});

/** The sender of positions wants to know who has moved. */
const positionOf = ({ lat, lon }: CotEvent) =>
  lat === 0 && lon === 0 ? {} : { latitudeI: Math.round(lat * 1e7), longitudeI: Math.round(lon * 1e7) };

const framesOf = (encoded: ReturnType<EncodeEvent>, saidBy: number) => {
  if (!encoded.ok) return { result: refusal(encoded.reason, encoded.detail) };
  const { frames, transferHash = new Uint8Array(), stripped } = encoded;
  const [first, ...following] = frames.map((frame) => ({ ...frame, saidBy }));
  if (first === undefined) return { result: refusal('unsupported', 'nothing to send') };
  return {
    result: { case: 'frame' as const, value: first },
    following,
    transferHash: Uint8Array.from(transferHash),
    stripped: [...stripped],
  };
};

/**
 * What became of a frame, as the sinks want to know it. The header is passed through, so a sink knows whose item it is and
 * when it was heard.
 */
export const resultOf = (
  heard: FrameHeard,
  decoded: { readonly ok: true; readonly event: CotEvent } | Refused,
): RxResult => {
  const about = {
    ...(heard.item && { item: heard.item }),
    mesh: heard.mesh,
    node: heard.from,
    port: heard.port,
    packetId: heard.packetId,
    frameHash: heard.frameHash,
    saidBy: heard.saidBy,
  };
  return decoded.ok
    ? createMessage('rxResult', { ...about, kind: decoded.event.kind, result: { case: 'event', value: decoded.event } })
    : createMessage('rxResult', { ...about, kind: Kind.REFUSED, result: refusal(decoded.reason, decoded.detail) });
};
