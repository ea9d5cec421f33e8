/** Entries of a recording, one JSON object a line. docs/RECORDINGS.md describes them for people. */
import { z } from 'zod';

export const RECORDING_VERSION = 1;
/** Longer lines are damage: the bus carries 256 KiB, a third more in base64. */
export const MAX_LINE_BYTES = 512 * 1024;

const NODE = /^!([0-9a-f]{8})$/;

/** ISO 8601 ↔ epoch milliseconds. */
const at = z.iso.datetime().transform((text) => Date.parse(text));
const node = z
  .string()
  .regex(NODE)
  .transform((text) => Number.parseInt(text.slice(1), 16));
const bytes = z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64')));
const word = z.string().max(200);
const uint = z.int().min(0).max(0xffff_ffff);

const header = z.object({ recording: z.literal('cotbus'), version: z.int().min(1), at });

const frame = z.object({
  type: z.literal('frame'),
  at,
  agent: word,
  mesh: word,
  from: node,
  to: node,
  id: uint,
  port: z.int().min(0).max(511),
  channel: z.int().min(0).max(255),
  payload: bytes,
  wantAck: z.boolean().default(false),
  viaMqtt: z.boolean().default(false),
  requestId: uint.default(0),
  /** Who said it first, where a gateway said it again; 0 = nobody else. */
  saidBy: node.default(0),
  /** What was known of the sender. */
  name: word.default(''),
  shortName: word.default(''),
  role: uint.default(0),
  hops: z.int().min(0).max(7).optional(),
  snrDb: z.number().optional(),
  rssiDbm: z.int().optional(),
});

const event = z.object({
  type: z.literal('event'),
  at,
  /** Towards TAK: what a frame said. From TAK: what a client or server sent. */
  way: z.enum(['to_tak', 'from_tak']),
  kind: word,
  xml: z.string(),
});

/** A frame as a radio gave it. Times are epoch milliseconds, nodes are numbers. */
export type FrameEntry = z.output<typeof frame>;
export type EventEntry = z.output<typeof event>;

/** What a line says; an entry of another type (outcomes, gaps, what newer versions write) is `other`. */
export type RecordingLine =
  | { readonly kind: 'header'; readonly version: number }
  | { readonly kind: 'frame'; readonly frame: FrameEntry }
  | { readonly kind: 'event'; readonly event: EventEntry }
  | { readonly kind: 'other' }
  | { readonly kind: 'damaged'; readonly detail: string };

/** Reads one line; any text gives one of these. */
export const parseLine = (text: string): RecordingLine => {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return damaged('no JSON object');
  if ('recording' in value) {
    const read = header.safeParse(value);
    return read.success ? { kind: 'header', version: read.data.version } : damaged(faultOf(read.error));
  }
  const type = 'type' in value ? value.type : undefined;
  if (type === 'frame') {
    const read = frame.safeParse(value);
    return read.success ? { kind: 'frame', frame: read.data } : damaged(faultOf(read.error));
  }
  if (type === 'event') {
    const read = event.safeParse(value);
    return read.success ? { kind: 'event', event: read.data } : damaged(faultOf(read.error));
  }
  return typeof type === 'string' ? { kind: 'other' } : damaged('no type');
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const damaged = (detail: string): RecordingLine => ({ kind: 'damaged', detail });

const faultOf = ({ issues }: z.ZodError): string => `${issues[0]?.path.join('.') ?? ''}: ${issues[0]?.message ?? ''}`;

/** The first line of each file. */
export const headerLine = (nowMs: number, by: string): string =>
  JSON.stringify({ recording: 'cotbus', version: RECORDING_VERSION, at: new Date(nowMs).toISOString(), by });
