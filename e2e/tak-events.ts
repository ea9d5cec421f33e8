/** Numbered events as a TAK client writes them. */
import { labelText } from './label.ts';

const STALE_MS = 3_600_000;
/** Users that take turns at least, and seconds until it is the turn of one again. */
const MIN_SENDERS = 8;
const TURN_SECONDS = 2;
/** Every so many is a chat. */
const CHAT_EVERY = 3;

/** Enough users that reports of one do not replace each other in the queue of a radio too often. */
export const sendersAt = (eventsPerSecond: number): number =>
  Math.max(MIN_SENDERS, Math.ceil(eventsPerSecond * TURN_SECONDS));

/** Event `number` of a client; uids are its own. @param nowMs epoch milliseconds. */
export const numberedEvent = (client: string, number: number, nowMs: number, senders: number): string => {
  const uid = `E2E-${client}-${number % senders}`;
  return number % CHAT_EVERY === 0 ? chatXml(uid, number, nowMs) : reportXml(uid, number, nowMs);
};

const iso = (ms: number): string => new Date(ms).toISOString();
const times = (nowMs: number): string => `time="${iso(nowMs)}" start="${iso(nowMs)}" stale="${iso(nowMs + STALE_MS)}"`;
const POINT = '<point lat="47.1" lon="11.2" hae="600.0" ce="9999999.0" le="9999999.0"/>';

const reportXml = (uid: string, number: number, nowMs: number): string =>
  `<event version="2.0" uid="${uid}" type="a-f-G-U-C" how="m-g" ${times(nowMs)}>${POINT}<detail>` +
  `<contact callsign="${labelText('tx', number)}" endpoint="*:-1:stcp"/><__group name="Cyan" role="Team Member"/>` +
  '<status battery="88"/><track course="90.0" speed="1.0"/></detail></event>';

const chatXml = (uid: string, number: number, nowMs: number): string => {
  const id = labelText('tx', number);
  return (
    `<event version="2.0" uid="GeoChat.${uid}.All Chat Rooms.${id}" type="b-t-f" how="h-g-i-g-o" ${times(nowMs)}>` +
    `${POINT}<detail><__chat id="All Chat Rooms" chatroom="All Chat Rooms" senderCallsign="PHONE" messageId="${id}" ` +
    `parent="RootContactGroup" groupOwner="false"><chatgrp uid0="${uid}" uid1="All Chat Rooms" id="All Chat Rooms"/>` +
    `</__chat><link uid="${uid}" type="a-f-G-U-C" relation="p-p"/>` +
    `<remarks source="BAO.F.ATAK.${uid}" to="All Chat Rooms">${id}</remarks></detail></event>`
  );
};
