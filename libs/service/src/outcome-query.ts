/** What somebody asks about outcomes: an item, a uid, a reason; and the answer as text for a reply. */
import { itemKey, nodeText, reasonText } from '@cotbus/contracts';
import type { Outcome } from '@cotbus/contracts';

/** Newest first come, newest first served: more would not fit a message of the bus. */
const MAX_ANSWERS = 200;

/** Arguments of the command `outcomes`; each one given must fit. */
export interface OutcomeQuery {
  /** As `itemKey` writes it. */
  readonly item?: string;
  readonly uid?: string;
  /** Sender on the mesh, such as `!1234abcd`. */
  readonly node?: string;
  /** Such as `garbled`. */
  readonly reason?: string;
}

/** Undefined when the arguments ask for nothing: then the newest batches are published again. */
export const readOutcomeQuery = (given: Readonly<Record<string, string>>): OutcomeQuery | undefined => {
  const { item, uid, node, reason, all } = given;
  if (item === undefined && uid === undefined && node === undefined && reason === undefined && all === undefined)
    return undefined;
  return {
    ...(item !== undefined && { item }),
    ...(uid !== undefined && { uid }),
    ...(node !== undefined && { node }),
    ...(reason !== undefined && { reason }),
  };
};

/** The newest that fit, oldest first. */
export const answerOutcomeQuery = (query: OutcomeQuery, outcomes: readonly Outcome[]): readonly Outcome[] =>
  outcomes.filter((outcome) => fits(query, outcome)).slice(-MAX_ANSWERS);

const fits = ({ item, uid, node, reason }: OutcomeQuery, outcome: Outcome): boolean =>
  (item === undefined || (outcome.item !== undefined && itemKey(outcome.item) === item)) &&
  (uid === undefined || outcome.uid === uid) &&
  (node === undefined || nodeText(outcome.node) === node) &&
  (reason === undefined || reasonText(outcome.reason) === reason);
