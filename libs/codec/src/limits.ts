/** Every bound of the codec: its unit and its reason. */

/** UTF-16 units of one event as XML. TAK servers take more, ATAK 64 KiB; nothing useful is near it. */
export const MAX_XML_CHARACTERS = 1024 * 1024;
/** Elements inside one another, the root counted. The deepest known (KML style of a circle) is 7. */
export const MAX_XML_DEPTH = 32;
/** Elements of one event. The largest known, a telestration, has about 300. */
export const MAX_XML_ELEMENTS = 2000;

/** Characters of a uid. Sinks keep maps by uid; the longest known (GeoChat with two UUIDs and a room) is about 150. */
export const MAX_UID_CHARACTERS = 256;
/** Characters of a CoT type. The longest known is 20. */
export const MAX_TYPE_CHARACTERS = 64;
/** Characters of a callsign made from node names, which firmware limits to 4 and 39 bytes. */
export const MAX_CALLSIGN_CHARACTERS = 64;
/** Characters of the detail of a refusal: one line of a log. */
export const MAX_REFUSAL_CHARACTERS = 200;

/** Bytes of a TAKPacketV2 before compression; every receiver of the protocol refuses more. */
export const MAX_PACKET_BYTES = 4096;
/** Bytes of a frame with its flags byte: what the phone apps keep to, below the 233 that firmware takes. */
export const MAX_FRAME_BYTES = 225;

/** Seconds that a receiver lets any event of the V2 dialect live at least. */
export const MIN_STALE_SECONDS = 45;
/** Seconds for things that do not move: a mesh delivers slower than the two minutes that iTAK gives a route. */
export const MIN_STATIC_STALE_SECONDS = 900;
/** Milliseconds; the largest number of the bus contract's `stale_after_ms` (49 days). */
export const MAX_STALE_AFTER_MS = 0xffffffff;

/** Milliseconds that a node's contact holds after it was heard, as in the phone apps. */
export const CONTACT_STALE_MS = 15 * 60 * 1000;
/** Milliseconds that a chat line holds, as in ATAK. */
export const CHAT_STALE_MS = 24 * 60 * 60 * 1000;
