/** Expected failures are values with a reason of the contract. */
import type { ReasonName } from '@cotbus/contracts';
import { MAX_REFUSAL_CHARACTERS } from './limits.ts';

export interface Refused {
  readonly ok: false;
  readonly reason: ReasonName;
  /** One printable line for a person. */
  readonly detail: string;
}

/** A refusal. The detail may quote the input: what is not printable becomes `?`, and it is cut. */
export const refuse = (reason: ReasonName, detail: string): Refused => ({
  ok: false,
  reason,
  detail: detail.slice(0, MAX_REFUSAL_CHARACTERS).replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu, '?'),
});
