/** Events for the tests of the egress. */
import { create } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { CotEventSchema, createMessage, ItemIdSchema, Kind, RefusalSchema } from '@cotbus/contracts';
import type { CotEvent, ItemId, Reason, RxResult } from '@cotbus/contracts';

/** A node of the mesh as a worker gives it: without absolute times. */
export const meshEvent = (init: MessageInitShape<typeof CotEventSchema> = {}): CotEvent =>
  create(CotEventSchema, {
    uid: 'MESHTASTIC-00000001',
    type: 'a-f-G-U-C',
    how: 'm-g',
    kind: Kind.PLI,
    staleAfterMs: 900_000,
    lat: 47.5,
    lon: 11.25,
    hae: 9_999_999,
    ce: 9_999_999,
    le: 9_999_999,
    detail: '<contact callsign="ONE - Node One"/><__group name="Green" role="Team Member"/>',
    callsign: 'ONE - Node One',
    ...init,
  });

/** An item of a radio agent. */
export const itemId = (seq: number, origin = 'radio-1'): ItemId =>
  create(ItemIdSchema, { origin, incarnation: 1, nonce: 7n, seq });

export interface ResultInit {
  readonly event: CotEvent;
  readonly seq: number;
  readonly origin?: string;
  readonly mesh?: string;
  /** Who sent it. */
  readonly node?: number;
  /** Who said it first. */
  readonly saidBy?: number;
  /** 78 when left out. */
  readonly port?: number;
  readonly ageMs?: number;
  readonly frameHash?: bigint;
  readonly destinations?: readonly string[];
}

/** What a worker made of a frame of mesh-1, for the egress `tak`. */
export const eventResult = (init: ResultInit): RxResult =>
  createMessage('rxResult', {
    item: {
      id: itemId(init.seq, init.origin),
      low: 1,
      attempt: 1,
      ageMs: init.ageMs ?? 0,
      addressed: (init.destinations ?? ['tak']).map((name) => ({
        destination: name,
        sink: name,
        assignment: 1,
        lifeMs: 3_600_000,
      })),
    },
    kind: init.event.kind,
    mesh: init.mesh ?? 'mesh-1',
    node: init.node ?? 1,
    port: init.port ?? 78,
    saidBy: init.saidBy ?? 0,
    packetId: init.seq,
    frameHash: init.frameHash ?? BigInt(init.seq),
    result: { case: 'event', value: init.event },
  });

/** What a worker makes of a frame that it cannot translate. */
export const refusalResult = ({
  reason,
  detail = '',
  ...init
}: Omit<ResultInit, 'event'> & { readonly reason: Reason; readonly detail?: string }): RxResult =>
  createMessage('rxResult', {
    ...eventResult({ ...init, event: meshEvent() }),
    kind: Kind.REFUSED,
    result: { case: 'refusal', value: create(RefusalSchema, { reason, detail }) },
  });

/** An event as a phone sends it at `atMs`. */
export const phoneXml = (
  uid: string,
  atMs: number,
  { type = 'a-f-G-U-C', staleMs = atMs + 60_000, detail = `<contact callsign="${uid}" endpoint="*:-1:stcp"/>` } = {},
): string => {
  const time = new Date(atMs).toISOString();
  return (
    `<event version="2.0" uid="${uid}" type="${type}" how="m-g" time="${time}" start="${time}" ` +
    `stale="${new Date(staleMs).toISOString()}"><point lat="47.1" lon="11.2" hae="9999999.0" ce="9999999.0" ` +
    `le="9999999.0"/><detail>${detail}</detail></event>`
  );
};

/** A line to all chat rooms. */
export const chatXml = (sender: string, messageId: string, atMs: number): string =>
  phoneXml(`GeoChat.${sender}.All Chat Rooms.${messageId}`, atMs, {
    type: 'b-t-f',
    staleMs: atMs + 86_400_000,
    detail:
      `<__chat id="All Chat Rooms" chatroom="All Chat Rooms" senderCallsign="${sender}" messageId="${messageId}">` +
      `<chatgrp id="All Chat Rooms" uid0="${sender}" uid1="All Chat Rooms"/></__chat>` +
      `<remarks source="BAO.F.ATAK.${sender}" to="All Chat Rooms">hello</remarks>`,
  });
