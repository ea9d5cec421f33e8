/** Why something was not taken, or did not go: how its outcome says it. */
import type { ReasonName } from '@cotbus/contracts';

export interface Refusal {
  readonly reason: ReasonName;
  readonly detail: string;
}
