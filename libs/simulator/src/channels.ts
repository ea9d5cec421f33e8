/** The channels of a simulated mesh, as a radio tells them. */
import { create } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';

export interface MeshChannel {
  readonly name: string;
  /** 1 byte: number of a well-known key; 16 or 32 bytes: a key of its own. */
  readonly psk: Uint8Array;
}

/** The private channel of the demo. Its key protects nothing: nothing is sent. */
export const simChannel: MeshChannel = { name: 'SIM', psk: Uint8Array.from({ length: 32 }, (_, i) => 0x51 + 5 * i) };
/** What every radio has out of the box: no name, and the key that everybody knows. */
export const defaultKeyChannel: MeshChannel = { name: '', psk: new Uint8Array([1]) };

/** Slots a radio has; the ones not used are told as disabled. */
export const CHANNEL_SLOTS = 8;

/** All slots: the first channel primary, further ones secondary. */
export const channelSlots = (channels: readonly MeshChannel[]): meshtastic.Channel[] =>
  Array.from({ length: CHANNEL_SLOTS }, (_, index) => {
    const channel = channels[index];
    const { DISABLED, PRIMARY, SECONDARY } = meshtastic.Channel_Role;
    if (!channel) return create(meshtastic.ChannelSchema, { index, role: DISABLED });
    const settings = { ...channel, moduleSettings: { positionPrecision: 32 } };
    return create(meshtastic.ChannelSchema, { index, settings, role: index === 0 ? PRIMARY : SECONDARY });
  });
