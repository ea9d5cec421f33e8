/** Mesh nodes as text. */

/** Everybody on the mesh. */
export const BROADCAST = 0xffffffff;

/** A node number as Meshtastic writes it: `!` and eight lower-case hex digits. */
export const nodeText = (num: number): string => `!${(num >>> 0).toString(16).padStart(8, '0')}`;
