/** A line of the TAKTALK plugin, type `m-t-t`: `<callsign/><lang/><text/><chatroom-id/><voice/>`. Generation B. */
import { element, lastNamed, textOf } from '../../cot/element.ts';
import type { Payload } from '../payload.ts';

export const taktalk: Payload<'taktalk'> = {
  parse: ({ detail }) => ({
    $typeName: 'meshtastic.TakTalkMessage',
    text: textOf(detail, 'text'),
    chatroomId: textOf(detail, 'chatroom-id'),
    lang: textOf(detail, 'lang'),
    fromVoice: lastNamed(detail, 'voice') !== undefined,
  }),

  build: ({ text, chatroomId, lang, fromVoice }, { callsign }) => [
    ...(callsign === '' ? [] : [element('callsign', {}, callsign)]),
    ...(lang === '' ? [] : [element('lang', {}, lang)]),
    element('text', {}, text),
    ...(chatroomId === '' ? [] : [element('chatroom-id', {}, chatroomId)]),
    ...(fromVoice ? [element('voice')] : []),
  ],
};
