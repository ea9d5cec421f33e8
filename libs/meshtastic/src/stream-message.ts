/** What a stream frame carries: FromRadio towards the host, ToRadio towards the radio. */
import { meshtastic } from '@cotbus/contracts';
import { readMessage } from './read-message.ts';

/** Undefined when garbled, or when there is neither a variant nor an unknown field: no firmware sends such a message. */
export const decodeFromRadio = (body: Uint8Array): meshtastic.FromRadio | undefined =>
  meant(readMessage(meshtastic.FromRadioSchema, body));

/** As decodeFromRadio, for the other direction. */
export const decodeToRadio = (body: Uint8Array): meshtastic.ToRadio | undefined =>
  meant(readMessage(meshtastic.ToRadioSchema, body));

const meant = <M extends meshtastic.FromRadio | meshtastic.ToRadio>(message: M | undefined): M | undefined =>
  message?.payloadVariant.case === undefined && message?.$unknown === undefined ? undefined : message;
