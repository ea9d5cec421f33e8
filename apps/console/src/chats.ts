/** The last chat lines, whoever said them. Pure. */
import { attribute, lastNamed, parseDetail, remarksText } from '@cotbus/codec';
import { Kind } from '@cotbus/contracts';
import { clip, MAX_CHAT_TEXT } from './bounds.ts';
import type { HeardEvent } from './heard-event.ts';
import type { Records } from './records.ts';
import type { ChatView } from './view.ts';

/** Chat itself; `b-t-f-d` and `b-t-f-r` say that one was delivered and read. */
const CHAT_TYPE = 'b-t-f';

export interface Chats {
  take(heard: HeardEvent): void;
}

export const createChats = (records: Records<ChatView>): Chats => ({
  take: ({ event, from, over, heardMs }) => {
    if (event.kind !== Kind.CHAT || event.type !== CHAT_TYPE || event.uid === '') return;
    // The uid names the line: heard over two ways it is still one.
    const key = clip(event.uid);
    if (records.get(key) !== undefined) return;
    const detail = parseDetail(event.detail);
    const chat = lastNamed(detail, '__chat');
    records.set(key, {
      key,
      sender: clip(attribute(chat, 'senderCallsign') || event.callsign || 'unknown'),
      room: clip(attribute(chat, 'chatroom')),
      text: clip(remarksText(detail), MAX_CHAT_TEXT),
      from,
      over,
      heardMs,
    });
  },
});
