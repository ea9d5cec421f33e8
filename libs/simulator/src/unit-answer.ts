/** Whether and how a unit answers what it hears: `copy` to a chat. */
import { meshtastic } from '@cotbus/contracts';
import { dataOf } from './mesh-packet.ts';
import { chatPayload, parseChat } from './tak-packet.ts';
import { placeOn } from './track.ts';
import type { UnitPlan } from './unit-plans.ts';
import type { Message, Step } from './unit-script.ts';

const COPY = 'copy';

/** @returns makes the answer; undefined when there is none, as to an answer. */
export const answerTo = (unit: UnitPlan, packet: meshtastic.MeshPacket): ((at: Step) => Message) | undefined => {
  const data = dataOf(packet);
  if (!data) return undefined;
  return unit.kind === 'tak' ? answerChat(unit, data) : answerText(unit, data);
};

const answerChat = (
  unit: Extract<UnitPlan, { kind: 'tak' }>,
  { portnum, payload }: meshtastic.Data,
): ((at: Step) => Message) | undefined => {
  const chat = portnum === meshtastic.PortNum.ATAK_PLUGIN_V2 ? parseChat(payload) : undefined;
  if (!chat || isAnswer(chat.text)) return undefined;
  const meant = chat.to === undefined ? unit.answersAll : chat.to === unit.uid;
  if (!meant) return undefined;
  const to = chat.to === undefined || chat.senderUid === '' ? undefined : chat.senderUid;
  return ({ elapsedMs, messageId }) => ({
    portnum: meshtastic.PortNum.ATAK_PLUGIN_V2,
    payload: chatPayload(unit, placeOn(unit.track, elapsedMs), { text: COPY, messageId, to }),
  });
};

const answerText = (
  unit: Extract<UnitPlan, { kind: 'plain' }>,
  { portnum, payload }: meshtastic.Data,
): (() => Message) | undefined => {
  if (portnum !== meshtastic.PortNum.TEXT_MESSAGE_APP || unit.says.length === 0) return undefined;
  if (isAnswer(new TextDecoder().decode(payload))) return undefined;
  return () => ({ portnum: meshtastic.PortNum.TEXT_MESSAGE_APP, payload: new TextEncoder().encode(COPY) });
};

/** Two that answer each other would never stop. */
const isAnswer = (text: string): boolean => text.trim().toLowerCase().startsWith(COPY);
