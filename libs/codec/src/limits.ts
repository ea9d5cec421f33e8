/** Every bound of the codec: its unit and its reason. */

/**
 * UTF-8 bytes of all texts of an event for the bus, whose messages hold 256 KiB: what is larger would be dropped there
 * without a word. Four times what ATAK takes.
 */
export const MAX_EVENT_BYTES = 240 * 1024;
/**
 * UTF-16 units of one event as XML, before anything of it is read: the texts that the bus takes and room for the markup
 * around the detail. ATAK takes 64 KiB; a parser needs tens of milliseconds for a megabyte of damage.
 */
export const MAX_XML_CHARACTERS = 256 * 1024;
/** Elements inside one another, the root counted. The deepest known (KML style of a circle) is 7. */
export const MAX_XML_DEPTH = 32;
/** Elements of one event. The largest known, a telestration, has about 300. */
export const MAX_XML_ELEMENTS = 2000;
/** Attributes of one element. The most known, a MEDEVAC request, is 43. */
export const MAX_XML_ATTRIBUTES = 256;

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
/** Bytes of a zstd window. Generation B encoders announce up to 2 MiB for their dictionary; a decoder may reserve it. */
export const MAX_WINDOW_BYTES = 8 * 1024 * 1024;
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

/** Milliseconds that a waypoint holds that says no end: a long search, yet forgotten ones do not pile up. */
export const WAYPOINT_STALE_MS = 7 * 24 * 60 * 60 * 1000;
/** Milliseconds that a delete holds: as long as a client that was away for a moment may miss it. */
export const DELETE_STALE_MS = 15 * 60 * 1000;
/** Bytes of a plain text: what the phone apps let their users write; an encrypted direct message holds 219. */
export const MAX_TEXT_BYTES = 200;
/** Bytes of a waypoint's name: firmware keeps 30 with the end mark. */
export const MAX_WAYPOINT_NAME_BYTES = 29;
/** Bytes of a waypoint's description: firmware keeps 100 with the end mark. */
export const MAX_WAYPOINT_DESCRIPTION_BYTES = 99;

/** Bytes that one compressed text of V1 may become; the longest that firmware knows is 199, and 60 could say 60 000. */
export const MAX_UNISHOX2_BYTES = 512;
/** Bytes of a text of V1: firmware keeps them in 120 and 200 with the NUL, and drops a packet with a longer one. */
export const V1_TEXT_BYTES = { name: 119, message: 199 };
/** Bytes of a chat line that is cut to fit into a frame, at least; less says nothing. */
export const MIN_V1_MESSAGE_BYTES = 20;
/** Milliseconds that a position report of V1 holds, as in the phone apps; the dialect carries no stale time. */
export const V1_PLI_STALE_MS = 10 * 60 * 1000;
/** Milliseconds that a receipt of a chat line holds, as in the ATAK plugin. */
export const RECEIPT_STALE_MS = 60 * 1000;

/** Bytes of XML in a forwarder message after inflating: twice what ATAK takes. */
export const MAX_INFLATED_BYTES = 128 * 1024;
/** Bytes of a fountain transfer before it is cut in blocks: the field has 16 bits. */
export const MAX_TRANSFER_BYTES = 65_535;
/** Source blocks of a fountain transfer: the field has 8 bits. */
export const MAX_SOURCE_BLOCKS = 255;
/** Fountain transfers that are being assembled. A sender has few at a time; what it floods is its own share. */
export const OPEN_TRANSFERS = {
  perSender: 16,
  inAll: 256,
  /** Of memory: 16 of the longest. */
  bytesPerSender: 2 * 1024 * 1024,
  bytesInAll: 8 * 1024 * 1024,
  /** Milliseconds without a new fragment: what the ATAK plugin waits. Origins repeat theirs every half minute. */
  lifeMs: 300_000,
};
/** Fountain transfers that are whole, remembered for late fragments. */
export const WHOLE_TRANSFERS = {
  perSender: 64,
  inAll: 1024,
  bytesPerSender: 1024 * 1024,
  bytesInAll: 8 * 1024 * 1024,
  /** Milliseconds: three tries of the ATAK plugin, which waits up to 300 s after each. */
  lifeMs: 30 * 60_000,
};
/** Fragments of one transfer whose items are remembered; more are answered when they come again. */
export const MAX_COVERED_ITEMS = 1024;

/** Vertices of a drawing that a sender of the V2 dialect writes at most. */
export const MAX_VERTICES = 32;
/** Way points of a route that a sender of the V2 dialect writes at most. */
export const MAX_ROUTE_LINKS = 16;
/** Routes that come in several packets. A sender has few at a time; what it floods is its own share. */
export const OPEN_ROUTES = {
  perSender: 16,
  inAll: 256,
  /** Milliseconds without another packet: what waits that long in a queue for the air is given up there. */
  lifeMs: 30 * 60_000,
};
/** Points that are read of any list: a packet of 4096 bytes holds 2000, an event must stay within its own bounds. */
export const MAX_READ_POINTS = 256;
/** UTF-8 bytes of a detail that travels as it is: what firmware takes in that field. */
export const MAX_RAW_DETAIL_BYTES = 220;
