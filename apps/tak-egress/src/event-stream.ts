/**
 * Bytes of a TAK connection → CoT events as text. One event follows another without length prefix; what stands between
 * them (declarations, line ends, NUL, anything) is skipped. A character is never decoded before its event is whole.
 */
import type { ReasonName } from '@cotbus/contracts';
import { createScan, MAX_DEPTH, resetScan } from './event-scan.ts';
import type { ScanSignal } from './event-scan.ts';

/** Bytes of one event; ATAK sends at most 64 000 characters, TAK Server passes more on. */
export const MAX_EVENT_BYTES = 1024 * 1024;
/** A buffer above it is given back after its event: one large event does not weigh on the connection for ever. */
const KEPT_BUFFER_BYTES = 64 * 1024;
const FIRST_BUFFER_BYTES = 4 * 1024;

const EVENT_TAG = new Uint8Array([0x3c, 0x65, 0x76, 0x65, 0x6e, 0x74]); // <event

export type StreamOutput =
  | { readonly kind: 'event'; readonly xml: string }
  /** An event that was dropped; the stream goes on at the next `<event`. */
  | { readonly kind: 'refused'; readonly reason: ReasonName; readonly detail: string };

export interface EventStream {
  /** Takes any piece of the stream. Never throws; holds at most one event of MAX_EVENT_BYTES. */
  push(chunk: Uint8Array): StreamOutput[];
  /** The connection is over: an event that never ended is refused. */
  end(): StreamOutput[];
}

export const createEventStream = (): EventStream => {
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

  const push = (chunk: Uint8Array): StreamOutput[] => {
    const outputs: StreamOutput[] = [];
    // Bytes of the event from here on are not in the buffer yet.
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const signal = scan.mode(scan, chunk[at] as number);
      if (inEvent && buffer.length + at + 1 - from > MAX_EVENT_BYTES) {
        if (signal === 'none') resetScan(scan);
        outputs.push(drop('too_large', `an event is larger than ${MAX_EVENT_BYTES} bytes`));
      } else if (signal === 'ended') {
        buffer.append(chunk, from, at + 1);
        outputs.push(give());
      } else {
        const refusal = refusalOf(signal);
        if (refusal !== undefined) outputs.push(drop(...refusal));
      }
      if (signal === 'begun' || signal === 'cut_off') {
        begin();
        from = at;
      }
    }
    if (inEvent) buffer.append(chunk, from, chunk.length);
    return outputs;
  };

  const end = (): StreamOutput[] => {
    resetScan(scan);
    return inEvent ? [drop('garbled', 'the connection ended within an event')] : [];
  };

  return { push, end };
};

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
