/** What of the bus goes into a recording. docs/RECORDINGS.md describes the entries. */
import { buildEventXml, stampEvent } from '@cotbus/codec';
import { itemKey, kindText, nodeText } from '@cotbus/contracts';
import type { CotEvent, EventHeard, FrameHeard, Item, ItemId, Outcome, RxResult, TxResult } from '@cotbus/contracts';
import { outcomeFields } from './outcome-fields.ts';

export type Entry = Readonly<Record<string, unknown>>;

/** When the item was taken from the world, by our clock. */
const heardMs = (item: Item | undefined, nowMs: number): number => nowMs - (item?.ageMs ?? 0);

const isoOf = (ms: number): string => new Date(ms).toISOString();

/** Undefined for what is no frame. */
export const frameEntry = (heard: FrameHeard, agent: string, nowMs: number): Entry | undefined => {
  if (heard.refresh) return undefined;
  const { mesh, from, to, packetId, port, channel, payload, wantAck, viaMqtt, requestId, sender, saidBy } = heard;
  return {
    type: 'frame',
    at: isoOf(heardMs(heard.item, nowMs)),
    agent,
    mesh,
    from: nodeText(from),
    to: nodeText(to),
    id: packetId,
    port,
    channel,
    payload: base64(payload),
    ...(wantAck && { wantAck }),
    ...(viaMqtt && { viaMqtt }),
    ...(requestId !== 0 && { requestId }),
    ...(saidBy !== 0 && { saidBy: nodeText(saidBy) }),
    ...(sender !== undefined && {
      ...(sender.longName !== '' && { name: sender.longName, shortName: sender.shortName }),
      ...(sender.role !== 0 && { role: sender.role }),
      ...(sender.hops !== undefined && sender.hops <= 7 && { hops: sender.hops }),
      ...(sender.snrDb !== undefined && { snrDb: sender.snrDb }),
      ...(sender.rssiDbm !== undefined && { rssiDbm: sender.rssiDbm }),
    }),
  };
};

/** A frame that a worker made of an event; undefined when it made none. */
export const sendingEntry = ({ item, agent, mesh, kind, uid, result, following }: TxResult, nowMs: number) => {
  if (result.case !== 'frame') return undefined;
  const frames = [result.value, ...following].map(({ port, payload, to }) => ({
    port,
    to: nodeText(to),
    payload: base64(payload),
  }));
  return { type: 'sending', at: isoOf(nowMs), item: keyOf(item?.id), agent, mesh, kind: kindText(kind), uid, frames };
};

export const eventFromTak = ({ item, event, link }: EventHeard, nowMs: number): Entry | undefined =>
  event && eventEntry(event, 'from_tak', heardMs(item, nowMs), { link });

/** Undefined for a refusal. */
export const eventToTak = ({ item, result, mesh, node }: RxResult, nowMs: number): Entry | undefined =>
  result.case === 'event'
    ? eventEntry(result.value, 'to_tak', heardMs(item, nowMs), { mesh, node: nodeText(node) })
    : undefined;

const eventEntry = (event: CotEvent, way: 'to_tak' | 'from_tak', atMs: number, about: Entry): Entry => ({
  type: 'event',
  at: isoOf(atMs),
  way,
  kind: kindText(event.kind),
  ...about,
  xml: buildEventXml(stampEvent(event, atMs)),
});

export const outcomeEntry = (outcome: Outcome, owner: string): Entry => ({
  type: 'outcome',
  ...outcomeFields(outcome, owner),
});

export const keyOf = (id: ItemId | undefined): string => (id === undefined ? '' : itemKey(id));

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
