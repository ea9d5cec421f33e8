/** CotEvent → a frame for the mesh. */
import { create } from '@bufbuild/protobuf';
import { BROADCAST, FrameSchema, Kind, meshtastic } from '@cotbus/contracts';
import type { CotEvent, Frame } from '@cotbus/contracts';
import { isControl } from './cot/kind.ts';
import { leanPacket } from './frame/lean.ts';
import { encodeV2Frame } from './frame/v2-frame.ts';
import { parsePacket } from './packet/packet.ts';
import { refuse } from './result.ts';
import type { Refused } from './result.ts';

/**
 * A raw V2 frame to everybody; only chat asks for an acknowledgement. What no receiver draws is left out first.
 * Refused: `too_large` ("n of 225 bytes"), `unsupported` (a payload that is not written), `not_allowed` (what clients
 * and servers say about their connection).
 */
export const encodeEvent = (event: CotEvent): { readonly ok: true; readonly frame: Frame } | Refused => {
  if (isControl(event.type)) return refuse('not_allowed', `${event.type} belongs to a TAK connection`);
  const parsed = parsePacket(event);
  if (!parsed.ok) return parsed;
  const encoded = encodeV2Frame(leanPacket(parsed.packet));
  if (!encoded.ok) return encoded;
  const frame = create(FrameSchema, {
    port: meshtastic.PortNum.ATAK_PLUGIN_V2,
    payload: encoded.frame,
    to: BROADCAST,
    wantAck: event.kind === Kind.CHAT,
  });
  return { ok: true, frame };
};
