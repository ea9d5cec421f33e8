/** Chat lines, newest first, and how many came while nobody looked. */
import { byId, html, setText, syncChildren } from './elements.js';
import { byHeard, sorted } from './model.js';
import { ago, joined } from './words.js';

export const renderChats = ({ chats }, nowMs) => {
  byId('chat-none').hidden = chats.size > 0;
  setText(byId('chat-note'), chats.size === 0 ? '' : `the last ${chats.size}`);
  syncChildren(byId('chat-lines'), sorted(chats, byHeard), {
    keyOf: ({ key }) => key,
    create: () =>
      html(
        'li',
        {},
        html('p', { class: 'who' }, html('strong', { class: 'foreign' }), html('small', { class: 'foreign' })),
        html('p', { class: 'foreign said' }),
      ),
    update: (line, { sender, room, text, from, over, heardMs }) => {
      const [who, said] = line.children;
      setText(who.firstElementChild, sender);
      const way = from === 'mesh' ? `heard on ${over}` : `from TAK over ${over}`;
      setText(who.lastElementChild, joined(room === '' ? '' : `to ${room}`, way, ago(nowMs - heardMs)));
      setText(said, text);
    },
  });
};

/** Counts lines that came since the chat was looked at. */
export const createUnread = () => {
  let seenMs = Infinity;
  return ({ chats, about }, isLooking) => {
    if (isLooking || seenMs === Infinity) seenMs = about.nowMs;
    return [...chats.values()].filter(({ heardMs }) => heardMs > seenMs).length;
  };
};
