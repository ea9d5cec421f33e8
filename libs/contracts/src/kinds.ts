/** Kinds and reasons as text, derived from the enums of the contract: `KIND_PLI` is `pli`. */
import type { DescEnum } from '@bufbuild/protobuf';
import { Kind, KindSchema, Reason, ReasonSchema } from './gen/cotbus/v1/item_pb.ts';

/** Such as `pli`; never `unspecified`. */
export type KindName = Exclude<Lowercase<keyof typeof Kind>, 'unspecified'>;
/** Such as `delivered`; never `unspecified`. */
export type ReasonName = Exclude<Lowercase<keyof typeof Reason>, 'unspecified'>;

const textByNumber = (schema: DescEnum): ReadonlyMap<number, string> =>
  new Map(schema.values.filter((v) => v.number !== 0).map((v) => [v.number, v.localName.toLowerCase()]));

const kindTexts = textByNumber(KindSchema);
const reasonTexts = textByNumber(ReasonSchema);
const kindNumbers = new Map([...kindTexts].map(([number, text]) => [text, number as Kind]));
const reasonNumbers = new Map([...reasonTexts].map(([number, text]) => [text, number as Reason]));

/** The text of a kind; empty for one that this version does not know. */
export const kindText = (kind: Kind): KindName | '' => (kindTexts.get(kind) ?? '') as KindName | '';
/** The text of a reason; `unknown` for one that a newer version wrote. */
export const reasonText = (reason: Reason): ReasonName | 'unknown' =>
  (reasonTexts.get(reason) ?? 'unknown') as ReasonName | 'unknown';
export const kindOf = (name: KindName): Kind => kindNumbers.get(name) as Kind;
export const reasonOf = (name: ReasonName): Reason => reasonNumbers.get(name) as Reason;

export const kindNames = [...kindTexts.values()] as readonly KindName[];
export const reasonNames = [...reasonTexts.values()] as readonly ReasonName[];

/**
 * Kinds of which only the newest per uid counts: an older one that arrives later ends `superseded`.
 * The others are messages; each stands for itself. A delete counts as state of its target.
 */
const stateKinds: ReadonlySet<Kind> = new Set([
  Kind.PLI,
  Kind.AIRCRAFT,
  Kind.SHAPE,
  Kind.MARKER,
  Kind.RAB,
  Kind.ROUTE,
  Kind.DELETE,
]);
export const isStateKind = (kind: Kind): boolean => stateKinds.has(kind);
