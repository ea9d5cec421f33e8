/** CoT events ↔ `TakMessage`, the content of a frame of TAK protocol 1. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { buildElements, buildEventTime, element, parseEventXml } from '@cotbus/codec';
import { takproto } from '@cotbus/contracts';
import type { ReasonName } from '@cotbus/contracts';
import { detailOfTak, takDetailOf } from './detail.ts';

/** What a contact on a network without server says of its versions. */
export interface ContactVersions {
  readonly uid: string;
  readonly min: number;
  readonly max: number;
}

export type TakReading =
  | { readonly ok: true; readonly xml: string | undefined; readonly versions: ContactVersions | undefined }
  | { readonly ok: false; readonly reason: ReasonName; readonly detail: string };

/** 9999-12-31: nothing later has a CoT timestamp. */
const LAST_MS = Date.UTC(9999, 11, 31);

/** @param versions announced with it, on networks without server. @throws TypeError for XML that was not built by us. */
export const encodeTakMessage = (xml: string, versions?: ContactVersions): Uint8Array => {
  const parsed = parseEventXml(xml);
  if (!parsed.ok) throw new TypeError(`an event that was checked cannot be read: ${parsed.detail}`);
  const { event } = parsed;
  const cotEvent = create(takproto.TakEventSchema, {
    type: event.type,
    access: event.access,
    qos: event.qos,
    opex: event.opex,
    uid: event.uid,
    sendTime: BigInt(Math.trunc(event.timeMs)),
    startTime: BigInt(Math.trunc(event.startMs)),
    staleTime: BigInt(Math.trunc(event.staleMs)),
    how: event.how,
    lat: event.lat,
    lon: event.lon,
    hae: event.hae,
    ce: event.ce,
    le: event.le,
    detail: takDetailOf(event.detail),
  });
  const message = create(takproto.TakMessageSchema, { cotEvent });
  if (versions !== undefined) message.takControl = controlOf(versions);
  return toBinary(takproto.TakMessageSchema, message);
};

/** A message that announces versions and holds no event. */
export const encodeVersions = (versions: ContactVersions): Uint8Array =>
  toBinary(takproto.TakMessageSchema, create(takproto.TakMessageSchema, { takControl: controlOf(versions) }));

const controlOf = ({ uid, min, max }: ContactVersions): takproto.TakControl =>
  create(takproto.TakControlSchema, { minProtoVersion: min, maxProtoVersion: max, contactUid: uid });

/** A message as XML, to be read like any other; it never throws. A message may carry versions alone. */
export const decodeTakMessage = (bytes: Uint8Array): TakReading => {
  const message = read(bytes);
  if (message === undefined) return { ok: false, reason: 'garbled', detail: 'a frame is not a TakMessage' };
  const { takControl, cotEvent } = message;
  const versions = takControl && versionsOf(takControl, cotEvent?.uid ?? '');
  if (cotEvent === undefined) {
    return versions === undefined
      ? { ok: false, reason: 'garbled', detail: 'a TakMessage says nothing' }
      : { ok: true, xml: undefined, versions };
  }
  const detail = cotEvent.detail === undefined ? '' : detailOfTak(cotEvent.detail);
  if (detail === undefined) return { ok: false, reason: 'garbled', detail: 'the xmlDetail of a frame is not XML' };
  return { ok: true, xml: xmlOf(cotEvent, detail), versions };
};

const read = (bytes: Uint8Array): takproto.TakMessage | undefined => {
  try {
    return fromBinary(takproto.TakMessageSchema, bytes);
  } catch {
    return undefined;
  }
};

/** Absent versions are 0 in the message: the contact means version 1, or it could not have sent it. */
const versionsOf = (control: takproto.TakControl, uid: string): ContactVersions => ({
  uid: control.contactUid || uid,
  min: control.minProtoVersion || 1,
  max: control.maxProtoVersion || 1,
});

const xmlOf = (event: takproto.TakEvent, detail: string): string => {
  const { uid, type, how, access, qos, opex } = event;
  const time = (ms: bigint): string => buildEventTime(Math.min(Number(ms), LAST_MS));
  const attributes = {
    version: '2.0',
    uid,
    type,
    how,
    time: time(event.sendTime),
    start: time(event.startTime),
    stale: time(event.staleTime),
    ...(access !== '' && { access }),
    ...(qos !== '' && { qos }),
    ...(opex !== '' && { opex }),
  };
  const { lat, lon, hae, ce, le } = event;
  const point = element('point', mapValues({ lat, lon, hae, ce, le }));
  // The detail is XML already: it takes the place of its mark.
  const [before = '', after = ''] = buildElements([element('event', attributes, [point, element('detail')])]).split(
    '<detail/>',
  );
  return `${before}<detail>${detail}</detail>${after}`;
};

const mapValues = (values: Readonly<Record<string, number>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, decimalOf(value)]));

/** Not a number stays none, for the reader to refuse. */
const decimalOf = (value: number): string =>
  Number.isFinite(value) && Math.abs(value) < 1e15 ? value.toFixed(9).replace(/\.?0+$/, '') : 'NaN';
