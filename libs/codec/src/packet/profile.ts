/** Which form a packet is written in. Every form is read, whatever the profile. */

export interface PacketProfile {
  /**
   * Generation `a` marks position reports and lists vertices one by one; `b` packs vertices and knows TAKTALK,
   * recipients and sidecars of chat. A field of one generation is skipped by readers of the other.
   */
  readonly schema: 'a' | 'b';
  /**
   * The field choices of the published SDK, their losses included: a delete is a position report, what has no payload
   * is one too, colours go twice, remarks of aircraft as they are, stale as said.
   */
  readonly asSdk: boolean;
}

/** What the published SDK of generation A writes, byte for byte. */
export const PROFILE_A: PacketProfile = { schema: 'a', asSdk: true };
/** The smallest form that says the most to receivers of today. */
export const PROFILE_B: PacketProfile = { schema: 'b', asSdk: false };
