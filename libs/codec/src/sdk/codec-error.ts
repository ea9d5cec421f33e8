/** For callers who expect exceptions: what the rest of the codec gives as values. */
import type { ReasonName } from '@cotbus/contracts';
import type { Refused } from '../result.ts';

/** Why there is no packet, no frame or no XML. The message is the reason and its detail on one line. */
export class CodecError extends Error {
  override readonly name = 'CodecError';
  /** One of a closed list, such as `garbled`, `impossible`, `too_large`, `dictionary_missing`. */
  readonly reason: ReasonName;

  constructor({ reason, detail }: Refused) {
    super(`${reason}: ${detail}`);
    this.reason = reason;
  }
}

/** The result itself, or its refusal thrown. */
export const orThrow = <T extends { readonly ok: true }>(result: T | Refused): T => {
  if (!result.ok) throw new CodecError(result);
  return result;
};
