/** Both directions of the worker as pure functions: one result for each item, a translation or a refusal. */
import { decodeFrame, encodeEvent } from '@cotbus/codec';
import { createMessage, Kind, reasonOf } from '@cotbus/contracts';
import type { Refused } from '@cotbus/codec';
import type { CotEvent, EventHeard, FrameHeard, ReasonName, RxResult, TxResult } from '@cotbus/contracts';

const refusal = (reason: ReasonName, detail: string) => ({
  case: 'refusal' as const,
  value: { reason: reasonOf(reason), detail },
});

/** Frame → event. */
export const translateFrame = (heard: FrameHeard): RxResult => resultOf(heard, decodeFrame(heard));

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
  };
  return decoded.ok
    ? createMessage('rxResult', { ...about, kind: decoded.event.kind, result: { case: 'event', value: decoded.event } })
    : createMessage('rxResult', { ...about, kind: Kind.REFUSED, result: refusal(decoded.reason, decoded.detail) });
};

/** Event → a frame for each mesh it is meant for, named for the agent that shall send it. */
export const translateEvent = (heard: EventHeard): readonly TxResult[] => {
  const { item, event } = heard;
  if (item === undefined || event === undefined) return [];
  const encoded = encodeEvent(event);
  return item.addressed.map((addressed) =>
    createMessage('txResult', {
      item: { ...item, addressed: [addressed] },
      mesh: addressed.destination,
      agent: addressed.sink,
      kind: heard.kind,
      uid: event.uid,
      callsign: event.callsign,
      result: encoded.ok ? { case: 'frame', value: encoded.frame } : refusal(encoded.reason, encoded.detail),
    }),
  );
};
