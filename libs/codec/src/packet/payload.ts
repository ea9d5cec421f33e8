/** Types of the payload table, derived from the generated oneof: a new field breaks the build until it has a row. */
import type { meshtastic } from '@cotbus/contracts';
import type { Element } from '../cot/element.ts';
import type { EventTree } from '../cot/event-tree.ts';
import type { Refused } from '../result.ts';
import type { PacketProfile } from './profile.ts';

export type Packet = meshtastic.TAKPacketV2;
export type PayloadVariant = Packet['payloadVariant'];
export type PayloadCase = NonNullable<PayloadVariant['case']>;
type PayloadValue<C extends PayloadCase> = Extract<PayloadVariant, { case: C }>['value'];

/** One payload, both directions. */
export interface Payload<C extends PayloadCase> {
  /** Undefined when nothing is written for it. */
  readonly parse: (event: EventTree, profile: PacketProfile) => PayloadValue<C> | undefined;
  /** The elements between the common ones and the remarks. */
  readonly build: (value: PayloadValue<C>, packet: Packet) => readonly Element[] | Refused;
}

export type PayloadTable = { readonly [C in PayloadCase]: Payload<C> };
