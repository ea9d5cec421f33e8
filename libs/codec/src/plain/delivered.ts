/** A node has acknowledged a chat line that was for it alone: the receipt for the TAK user who wrote it. */
import { parseChatUid } from '../cot/geo-chat.ts';
import { refuse } from '../result.ts';
import { buildReceipt } from '../tak-v1/receipt.ts';
import { RECEIPT_START } from '../tak-v1/v1-packet.ts';
import type { PlainDecoder } from './decoded.ts';
import { NOWHERE } from './fix.ts';
import { PLAIN_DEFAULTS } from './options.ts';
import { senderOf } from './sender.ts';

/**
 * An event of type `b-t-f-d` about the line, from the contact that its writer sent it to. Refused: `not_for_tak` when what
 * was acknowledged is no chat line, or itself a receipt.
 */
export const decodeDelivered: PlainDecoder = (heard, sender, options = PLAIN_DEFAULTS) => {
  const { uid = '', callsign = '' } = heard.acknowledged ?? {};
  const line = parseChatUid(uid, '');
  const { callsign: recipient } = senderOf(heard, sender, options);
  const event =
    line &&
    buildReceipt(
      `${RECEIPT_START}D:${line.messageId}`,
      { uid: line.room, callsign: recipient, messageId: '' },
      { id: line.senderUid, name: callsign || line.senderUid },
      NOWHERE,
    );
  return event === undefined ? refuse('not_for_tak', 'an acknowledgement of no chat line') : { ok: true, event };
};
