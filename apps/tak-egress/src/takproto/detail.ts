/**
 * The detail of an event ↔ `TakDetail`. An element moves to its message whole or not at all: it must occur once, have no
 * text and no children, and say exactly what the message can; everything else stays in `xmlDetail`, which counts where both
 * are there (TAK protocol 1, detail.proto).
 */
import { create } from '@bufbuild/protobuf';
import { attribute, attributesOf, buildElements, element, parseDetail } from '@cotbus/codec';
import type { Element } from '@cotbus/codec';
import { takproto } from '@cotbus/contracts';

type Fixed = Pick<takproto.TakDetail, 'contact' | 'group' | 'precisionLocation' | 'status' | 'takv' | 'track'>;

interface Mapping {
  readonly element: string;
  /** Attributes that must be there, and that may. */
  readonly needs: readonly string[];
  readonly may?: readonly string[];
  /** What its values must look like. */
  readonly form?: RegExp;
  readonly read: (detail: takproto.TakDetail) => Readonly<Record<string, string | undefined>> | undefined;
  readonly write: (value: (name: string) => string) => Partial<Fixed>;
}

const MAX_UINT32 = 2 ** 32 - 1;
const DECIMAL = /^-?\d+(?:\.\d+)?$/;
const BATTERY = /^(?:0|[1-9]\d{0,9})$/;

/** Plain decimals: no receiver reads exponents. */
const decimal = (value: number): string =>
  Number.isInteger(value) ? value.toFixed(1) : value.toFixed(9).replace(/0+$/, '');
const some = (text: string): string | undefined => (text === '' ? undefined : text);

const mappings: readonly Mapping[] = [
  {
    element: 'contact',
    needs: ['callsign'],
    may: ['endpoint'],
    read: ({ contact }) => contact && { callsign: some(contact.callsign), endpoint: some(contact.endpoint) },
    write: (value) => ({
      contact: create(takproto.TakContactSchema, { callsign: value('callsign'), endpoint: value('endpoint') }),
    }),
  },
  {
    element: '__group',
    needs: ['name', 'role'],
    read: ({ group }) => group && { name: group.name, role: group.role },
    write: (value) => ({ group: create(takproto.TakGroupSchema, { name: value('name'), role: value('role') }) }),
  },
  {
    element: 'precisionlocation',
    needs: ['geopointsrc', 'altsrc'],
    read: ({ precisionLocation: at }) => at && { geopointsrc: some(at.geopointsrc), altsrc: some(at.altsrc) },
    write: (value) => ({
      precisionLocation: create(takproto.PrecisionLocationSchema, {
        geopointsrc: value('geopointsrc'),
        altsrc: value('altsrc'),
      }),
    }),
  },
  {
    element: 'status',
    needs: ['battery'],
    form: BATTERY,
    read: ({ status }) => status && { battery: String(status.battery) },
    write: (value) => ({ status: create(takproto.TakStatusSchema, { battery: Number(value('battery')) }) }),
  },
  {
    element: 'takv',
    needs: ['device', 'platform', 'os', 'version'],
    read: ({ takv }) => takv && { device: takv.device, platform: takv.platform, os: takv.os, version: takv.version },
    write: (value) => ({
      takv: create(takproto.TakvSchema, {
        device: value('device'),
        platform: value('platform'),
        os: value('os'),
        version: value('version'),
      }),
    }),
  },
  {
    element: 'track',
    needs: ['speed', 'course'],
    form: DECIMAL,
    read: ({ track }) => track && { speed: decimal(track.speed), course: decimal(track.course) },
    write: (value) => ({
      track: create(takproto.TakTrackSchema, { speed: Number(value('speed')), course: Number(value('course')) }),
    }),
  },
];

const fits = ({ needs, may = [], form }: Mapping, e: Element): boolean => {
  const names = attributesOf(e);
  const known = names.every(([name]) => needs.includes(name) || may.includes(name));
  const whole = needs.every((name) => attribute(e, name) !== '');
  const formed = names.every(([, value]) => value !== '' && (form === undefined || form.test(value)));
  return known && whole && formed && e.text === '' && e.children.length === 0;
};

/** @param detail children of `<detail>` as XML. */
export const takDetailOf = (detail: string): takproto.TakDetail => {
  const elements = parseDetail(detail);
  const moved = new Set<Element>();
  const fixed: Partial<Fixed> = {};
  for (const mapping of mappings) {
    const named = elements.filter(({ name }) => name === mapping.element);
    const [only] = named;
    if (only === undefined || named.length > 1 || !fits(mapping, only)) continue;
    if (mapping.element === 'status' && Number(attribute(only, 'battery')) > MAX_UINT32) continue;
    Object.assign(
      fixed,
      mapping.write((name) => attribute(only, name)),
    );
    moved.add(only);
  }
  const rest = elements.filter((e) => !moved.has(e));
  return create(takproto.TakDetailSchema, { ...fixed, xmlDetail: buildElements(rest) });
};

/** @returns children of `<detail>` as XML; undefined when `xmlDetail` is not well-formed. */
export const detailOfTak = (detail: takproto.TakDetail): string | undefined => {
  const fromXml = parseDetail(detail.xmlDetail);
  if (detail.xmlDetail.trim() !== '' && fromXml.length === 0) return undefined;
  const names = new Set(fromXml.map(({ name }) => name));
  const fixed = mappings.flatMap((mapping) => {
    const attributes = names.has(mapping.element) ? undefined : mapping.read(detail);
    return attributes === undefined ? [] : [element(mapping.element, attributes)];
  });
  return buildElements([...fixed, ...fromXml]);
};
