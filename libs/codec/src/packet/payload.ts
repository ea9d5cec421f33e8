/** Types of the payload table, derived from the generated oneof: a new field breaks the build until it has a row. */
import type { CotEvent, meshtastic } from '@cotbus/contracts';
import type { Element } from '../cot/element.ts';

export type Packet = meshtastic.TAKPacketV2;
/** Some fields of the packet, the payload apart. */
export type EnvelopeFields = Partial<Omit<Packet, '$typeName' | '$unknown' | 'payloadVariant'>>;
export type PayloadVariant = Packet['payloadVariant'];
export type PayloadCase = NonNullable<PayloadVariant['case']>;
type PayloadValue<C extends PayloadCase> = Extract<PayloadVariant, { case: C }>['value'];

/** An event with its detail as a tree. */
export interface EventView {
  readonly event: CotEvent;
  readonly detail: readonly Element[];
}

/** One payload, both directions. */
export interface Payload<C extends PayloadCase> {
  /** Undefined when nothing is written for it. */
  readonly parse: (view: EventView) => PayloadValue<C> | undefined;
  /** The elements between the common ones and the remarks. */
  readonly build: (value: PayloadValue<C>, packet: Packet) => readonly Element[];
}

/** A payload this version neither reads nor writes. */
export const UNSUPPORTED = 'unsupported';

export type PayloadTable = { readonly [C in PayloadCase]: Payload<C> | typeof UNSUPPORTED };
