/** How plain nodes look in TAK: what the operator may choose, with the phone apps' convention as the default. */

/**
 * Where a node stands without a position of its own.
 * - `list`: at 0, 0 with unknown accuracy, so that it is in the contact list; its remarks say so.
 * - `at`: at a place of the operator's (degrees WGS84; metres above the ellipsoid).
 * - `lastKnown`: nowhere, until it has ever said where it is; then there, however long ago.
 * - `hide`: nowhere, and again nowhere once its position is older than a day.
 */
export type NoFix =
  | { readonly kind: 'list' | 'lastKnown' | 'hide' }
  | { readonly kind: 'at'; readonly lat: number; readonly lon: number; readonly haeM?: number };

/** What the operator says of one node; it wins over everything else. */
export interface NodeOverride {
  readonly callsign?: string;
  readonly team?: string;
  readonly role?: string;
  /** CoT type, such as `a-f-G-E-V`. */
  readonly type?: string;
  readonly noFix?: NoFix;
  /** Uid of the TAK user who gets what is sent to this node alone; else the node's own contact is the recipient. */
  readonly messagesTo?: string;
}

export interface PlainOptions {
  /** Pattern of uids with `{hex}` or `{HEX}` (the node number, eight digits) once. */
  readonly uid: string;
  /**
   * Pattern of callsigns: alternatives divided by `|`, of which the first holds that has a value for each of its
   * placeholders and says no name twice. `{short}`, `{long}`, `{name}` (the long name without a team suffix), `{id}`
   * (`!15465d8d`), `{hex}`, `{HEX}`, `{last4}`, `{uid}`. When none holds: `{id}`.
   */
  readonly callsign: string;
  readonly team: string;
  readonly role: string;
  /** CoT type of contacts. */
  readonly type: string;
  /** The type says what the radio is for (router, tracker, sensor, …) in place of `type`. */
  readonly typeByRole: boolean;
  /** A long name that ends in ` -5` says the team by its number, as the ATAK plugin reads it. */
  readonly teamSuffix: boolean;
  readonly noFix: NoFix;
  /** Seconds that a contact holds after its node was heard. */
  readonly staleSeconds: number;
  /** Chat rooms by channel index; channels without one are in `All Chat Rooms`. */
  readonly rooms: ReadonlyMap<number, string>;
  /** By node number. */
  readonly nodes: ReadonlyMap<number, NodeOverride>;
}

const STALE_SECONDS = 15 * 60;

/** As the phone apps show plain nodes, so that a node bridged by both is one contact. */
export const PLAIN_DEFAULTS: PlainOptions = {
  uid: 'MESHTASTIC-{HEX}',
  callsign: '{short} - {long}|{long}|{short}|{id}',
  team: 'Green',
  role: 'Team Member',
  type: 'a-f-G-U-C',
  typeByRole: false,
  teamSuffix: true,
  noFix: { kind: 'list' },
  staleSeconds: STALE_SECONDS,
  rooms: new Map(),
  nodes: new Map(),
};

const UID_PATTERN = /^[A-Za-z0-9_!-]{0,64}\{(?:hex|HEX)\}[A-Za-z0-9_!-]{0,64}$/;
const CALLSIGN_PATTERN = /^(?:[^{}\p{C}]|\{(?:short|long|name|id|hex|HEX|last4|uid)\}){1,128}$/u;
const CONTACT_TYPE = /^a-[a-z](?:-[A-Za-z0-9]{1,8}){0,10}$/;

/** One placeholder between letters, digits, `_`, `!` and `-`: no dots, for chat uids are taken apart at them. */
export const isUidPattern = (text: string): boolean => UID_PATTERN.test(text);
export const isCallsignPattern = (text: string): boolean => CALLSIGN_PATTERN.test(text);
/** A CoT type of something that stands somewhere: `a-`. */
export const isContactType = (text: string): boolean => CONTACT_TYPE.test(text);
