/**
 * Bytes of a TAK connection → CoT events as text. One event follows another without length prefix; what stands between
 * them (declarations, line ends, NUL, anything) is skipped. A character is never decoded before its event is whole.
 * Once protobuf was agreed on, or when the stream begins with a frame, frames are read as well, and XML still is.
 */
import type { ReasonName } from '@cotbus/contracts';
import { beginsWithFrame, createFrameReader, MAGIC } from './takproto/frame.ts';
import type { FrameResult } from './takproto/frame.ts';
import { decodeTakMessage } from './takproto/tak-message.ts';
import { createScan, MAX_DEPTH, resetScan } from './event-scan.ts';
import type { ScanSignal } from './event-scan.ts';

/** Bytes of one event; ATAK sends at most 64 000 characters, TAK Server passes more on. */
export const MAX_EVENT_BYTES = 1024 * 1024;
/** A buffer above it is given back after its event: one large event does not weigh on the connection for ever. */
const KEPT_BUFFER_BYTES = 64 * 1024;
const FIRST_BUFFER_BYTES = 4 * 1024;

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;
const EVENT_TAG = new Uint8Array([0x3c, 0x65, 0x76, 0x65, 0x6e, 0x74]); // <event

export type StreamOutput =
  | { readonly kind: 'event'; readonly xml: string }
  /** An event that was dropped; the stream goes on at the next `<event`. */
  | { readonly kind: 'refused'; readonly reason: ReasonName; readonly detail: string };

export interface EventStream {
  /** Takes any piece of the stream. Never throws; holds at most one event of MAX_EVENT_BYTES. */
  push(chunk: Uint8Array): void;
  /** The connection is over: an event that never ended is refused. */
  end(): void;
  /** Frames of TAK protocol 1 may come from here on, the rest of the current chunk included. */
  takeFrames(): void;
}

/** @param output gets each event as soon as it is whole, and may call `takeFrames` at it. */
export const createEventStream = (output: (output: StreamOutput) => void): EventStream => {
  const frames = createFrames(output);
  const scan = createScan();
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const buffer = createByteBuffer();
  let inEvent = false;

  const give = (): StreamOutput => {
    inEvent = false;
    try {
      return { kind: 'event', xml: decoder.decode(buffer.take()) };
    } catch {
      return { kind: 'refused', reason: 'garbled', detail: 'an event is not UTF-8' };
    }
  };

  const drop = (reason: ReasonName, detail: string): StreamOutput => {
    inEvent = false;
    buffer.take();
    return { kind: 'refused', reason, detail };
  };

  const begin = (): void => {
    inEvent = true;
    buffer.take();
    buffer.append(EVENT_TAG, 0, EVENT_TAG.length);
  };

  const read = (chunk: Uint8Array): void => {
    // Bytes of the event from here on are not in the buffer yet.
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const ofFrame = inEvent ? 0 : frames.take(chunk, at);
      if (ofFrame > 0) {
        resetScan(scan);
        at += ofFrame - 1;
        continue;
      }
      const signal = scan.mode(scan, chunk[at] as number);
      if (inEvent && buffer.length + at + 1 - from > MAX_EVENT_BYTES) {
        if (signal === 'none') resetScan(scan);
        output(drop('too_large', `an event is larger than ${MAX_EVENT_BYTES} bytes`));
      } else if (signal === 'ended') {
        buffer.append(chunk, from, at + 1);
        output(give());
      } else {
        const refusal = refusalOf(signal);
        if (refusal !== undefined) output(drop(...refusal));
      }
      if (signal === 'begun' || signal === 'cut_off') {
        begin();
        from = at;
      }
    }
    if (inEvent) buffer.append(chunk, from, chunk.length);
  };

  /** The first bytes, as long as they may begin a frame; undefined later. */
  let opening: Uint8Array | undefined = new Uint8Array();
  const push = (chunk: Uint8Array): void => {
    if (opening === undefined) return read(chunk);
    const first: Uint8Array = opening.length === 0 ? chunk : Buffer.concat([opening, chunk]);
    const isFrame = beginsWithFrame(first);
    opening = isFrame === undefined ? Uint8Array.from(first) : undefined;
    if (isFrame === true) frames.begin();
    if (isFrame !== undefined) read(first);
  };

  const end = (): void => {
    if (opening !== undefined) read(opening);
    opening = undefined;
    resetScan(scan);
    if (inEvent || frames.inFrame) output(drop('garbled', 'the connection ended within an event'));
  };

  return { push, end, takeFrames: () => frames.begin() };
};

/** The frames between events, once they may come. */
const createFrames = (output: (output: StreamOutput) => void) => {
  const reader = createFrameReader(MAX_EVENT_BYTES);
  let isTaken = false;
  // A byte order mark ends with the byte that begins a frame.
  let ofMark = 0;
  const isMagic = (byte: number): boolean => {
    const is = byte === MAGIC && ofMark < BYTE_ORDER_MARK.length - 1;
    ofMark = byte === BYTE_ORDER_MARK[ofMark] ? ofMark + 1 : 0;
    return is;
  };
  return {
    begin: (): void => {
      isTaken = true;
    },
    get inFrame() {
      return reader.inFrame;
    },
    /** @returns how many bytes from there belong to a frame. */
    take: (chunk: Uint8Array, at: number): number => {
      if (!isTaken) return 0;
      const before = reader.inFrame ? 0 : 1;
      if (before === 1) {
        if (!isMagic(chunk[at] as number)) return 0;
        reader.begin();
      }
      const taken = reader.push(chunk, at + before);
      const result = reader.take();
      const read = result && outputOfFrame(result);
      if (read !== undefined) output(read);
      return before + taken;
    },
  };
};

/** Nothing for a message that carries versions alone. */
const outputOfFrame = (result: FrameResult): StreamOutput | undefined => {
  if (result.kind === 'broken') return refusal('garbled', 'a frame without a length');
  if (result.kind === 'too_large') return refusal('too_large', `a frame of ${result.length} bytes`);
  const read = decodeTakMessage(result.bytes);
  if (!read.ok) return refusal(read.reason, read.detail);
  return read.xml === undefined ? undefined : { kind: 'event', xml: read.xml };
};

const refusal = (reason: ReasonName, detail: string): StreamOutput => ({ kind: 'refused', reason, detail });

const refusalOf = (signal: ScanSignal): [reason: ReasonName, detail: string] | undefined => {
  switch (signal) {
    case 'cut_off':
      return ['garbled', 'the next event began before this one ended'];
    case 'not_xml':
      return ['garbled', 'a tag is not well-formed XML'];
    case 'doctype':
      return ['garbled', 'a document type is not allowed in CoT'];
    case 'too_deep':
      return ['too_large', `elements are nested deeper than ${MAX_DEPTH}`];
    case 'none':
    case 'begun':
    case 'ended':
      return undefined;
  }
};

/** Grows by doubling: appending n bytes in pieces of any size costs O(n). */
const createByteBuffer = () => {
  let bytes = new Uint8Array(0);
  let length = 0;
  return {
    get length() {
      return length;
    },
    append: (source: Uint8Array, from: number, to: number): void => {
      const wanted = length + to - from;
      if (wanted > bytes.length) {
        const grown = new Uint8Array(Math.max(wanted, bytes.length * 2, FIRST_BUFFER_BYTES));
        grown.set(bytes.subarray(0, length));
        bytes = grown;
      }
      bytes.set(source.subarray(from, to), length);
      length = wanted;
    },
    /** What was appended, valid until the next append; empty from now on. */
    take: (): Uint8Array => {
      const taken = bytes.subarray(0, length);
      if (bytes.length > KEPT_BUFFER_BYTES) bytes = new Uint8Array(0);
      length = 0;
      return taken;
    },
  };
};
