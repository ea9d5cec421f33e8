/** Port: a zstd engine, as the wire needs it. Whoever creates the codec brings one; without, frames go raw. */

/** What a frame says of itself; checksums are never written. */
export interface FrameForm {
  /** Write the size of the content (1 or 2 bytes). */
  readonly contentSize: boolean;
  /** Write the id of the dictionary (1 to 4 bytes). */
  readonly dictionaryId: boolean;
}

/** The content of a frame; `too_large` when there is more than asked for, `damaged` also with another dictionary. */
export type Inflated = Uint8Array | 'too_large' | 'damaged';

/** A dictionary, digested once for both directions. */
export interface ZstdDictionary {
  /** @returns one complete frame (RFC 8878) of at most 4096 bytes of content, valid until the next call. */
  compress(bytes: Uint8Array): Uint8Array;
  /**
   * The content is the caller's own.
   *
   * @param frame one whole frame, known to be one by `readZstdFrame`: some engines take half of one without a word
   */
  decompress(frame: Uint8Array, maxBytes: number): Inflated;
}

export interface Zstd {
  /** For logs and status pages, such as `zstd-napi`. */
  readonly name: string;
  /** An empty dictionary is none: for frames that were compressed without. */
  open(dictionary: Uint8Array, form: FrameForm): ZstdDictionary;
}
