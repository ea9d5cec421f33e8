/**
 * Frames of the radio's stream API (serial and TCP, both directions): `94 C3`, length (16 bits, big endian), one message.
 *
 * There is no checksum, and `94 C3` may stand inside a message; console text may stand between frames, and it may hold
 * a lone 94 (UTF-8). So what says "frame" is a message that decodes, and whatever turns out to be none costs one byte at
 * a time. An intact frame is found wherever it starts, with one exception that the format leaves open: a damaged frame
 * before it which, with the first bytes of the intact one in the place of what it lost, still decodes.
 */

/** Longest message; a greater length is no frame. Limit of the firmware's buffers. */
export const MAX_STREAM_BODY_BYTES = 512;
/** How long a frame may stay incomplete before the bytes behind its start are looked at again. 516 bytes take 45 ms at 115200 baud. */
export const STALL_MS = 1000;

const START_1 = 0x94;
const START_2 = 0xc3;
const HEADER_BYTES = 4;
/** Room for the longest incomplete frame and enough behind it that moving it to the front is rare. */
const BUFFER_BYTES = 8 * (HEADER_BYTES + MAX_STREAM_BODY_BYTES);

/** A message that cannot be a frame was given to be sent. */
export class StreamFrameError extends Error {
  readonly code = 'body_too_large';
  constructor(bytes: number) {
    super(`a stream frame carries at most ${MAX_STREAM_BODY_BYTES} bytes, not ${bytes}`);
    this.name = 'StreamFrameError';
  }
}

/** The frame around one encoded message. @throws StreamFrameError above MAX_STREAM_BODY_BYTES. */
export const encodeStreamFrame = (body: Uint8Array): Uint8Array => {
  if (body.length > MAX_STREAM_BODY_BYTES) throw new StreamFrameError(body.length);
  const frame = new Uint8Array(HEADER_BYTES + body.length);
  frame.set([START_1, START_2, body.length >> 8, body.length & 0xff]);
  frame.set(body, HEADER_BYTES);
  return frame;
};

/** Every byte pushed is in exactly one output, in order: `bytes` of frames and damage, and the text itself. */
export type StreamOutput<T> =
  | { readonly kind: 'frame'; readonly message: T; readonly bytes: number }
  /** Console text, as it came: a line or a character may go over several outputs. */
  | { readonly kind: 'text'; readonly text: Uint8Array }
  /** Bytes that claimed to be a frame and were none. */
  | { readonly kind: 'damaged'; readonly bytes: number };

export interface StreamFramer<T> {
  /** Takes what was read, split anywhere. The outputs do not refer to `chunk`. */
  push(chunk: Uint8Array): StreamOutput<T>[];
  /**
   * Gives up the incomplete frame at the front and looks for frames in what came behind its first byte.
   * To be called when `waiting` has lasted STALL_MS without an output; call again as long as it stays so.
   */
  stalled(): StreamOutput<T>[];
  /** An incomplete frame is held back: at most 4 + 512 - 1 bytes. */
  readonly waiting: boolean;
}

/** @param decode the message of a body, undefined when it is none; it may keep the body. Must not throw. */
export const createStreamFramer = <T>(decode: (body: Uint8Array) => T | undefined): StreamFramer<T> => {
  const buffer = new Uint8Array(BUFFER_BYTES);
  // buffer[start, end) is unread; what is skipped before `claimedUntil` is damage, what is skipped behind it is text.
  let start = 0;
  let end = 0;
  let claimedUntil = 0;

  const skip = (outputs: StreamOutput<T>[], until: number): void => {
    const damagedUntil = Math.min(Math.max(claimedUntil, start), until);
    if (damagedUntil > start) addDamage(outputs, damagedUntil - start);
    if (until > damagedUntil) outputs.push({ kind: 'text', text: buffer.slice(damagedUntil, until) });
    start = until;
  };

  const refuse = (outputs: StreamOutput<T>[], claimedBytes: number): void => {
    claimedUntil = Math.max(claimedUntil, start + claimedBytes);
    skip(outputs, start + 1);
  };

  const scan = (outputs: StreamOutput<T>[]): void => {
    for (;;) {
      const found = buffer.indexOf(START_1, start);
      skip(outputs, found === -1 || found > end ? end : found);
      if (end - start < 2) return;
      if (buffer[start + 1] !== START_2) {
        skip(outputs, start + 1);
        continue;
      }
      if (end - start < HEADER_BYTES) return;
      const bodyBytes = claimedBodyBytes();
      if (bodyBytes > MAX_STREAM_BODY_BYTES) {
        refuse(outputs, HEADER_BYTES);
        continue;
      }
      const bytes = HEADER_BYTES + bodyBytes;
      if (end - start < bytes) return;
      const message = decode(buffer.slice(start + HEADER_BYTES, start + bytes));
      if (message === undefined) {
        refuse(outputs, bytes);
        continue;
      }
      outputs.push({ kind: 'frame', message, bytes });
      start += bytes;
    }
  };

  const claimedBodyBytes = (): number => ((buffer[start + 2] ?? 0) << 8) | (buffer[start + 3] ?? 0);

  const makeRoom = (): void => {
    buffer.copyWithin(0, start, end);
    claimedUntil = Math.max(0, claimedUntil - start);
    end -= start;
    start = 0;
  };

  return {
    push: (chunk) => {
      const outputs: StreamOutput<T>[] = [];
      for (let taken = 0; taken < chunk.length;) {
        if (start === end || end === BUFFER_BYTES) makeRoom();
        const part = chunk.subarray(taken, taken + BUFFER_BYTES - end);
        buffer.set(part, end);
        end += part.length;
        taken += part.length;
        scan(outputs);
      }
      return outputs;
    },
    stalled: () => {
      const outputs: StreamOutput<T>[] = [];
      if (start === end) return outputs;
      // A lone 94 claims nothing; a frame that never ended claims what there is of it.
      refuse(outputs, end - start < 2 ? 0 : end - start);
      scan(outputs);
      return outputs;
    },
    get waiting() {
      return start < end;
    },
  };
};

const addDamage = <T>(outputs: StreamOutput<T>[], bytes: number): void => {
  const last = outputs.at(-1);
  if (last?.kind === 'damaged') outputs[outputs.length - 1] = { kind: 'damaged', bytes: last.bytes + bytes };
  else outputs.push({ kind: 'damaged', bytes });
};
