/** Words of CoT ↔ numbers of the protocol. The words come from the names in the descriptor. */
import type { DescEnum } from '@bufbuild/protobuf';

export interface EnumText<E extends number> {
  /** Exact, with case; 0 for an unknown word. */
  readonly number: (text: string) => E;
  /** Undefined for 0 and for numbers of a newer schema. */
  readonly text: (number: E) => string | undefined;
}

/** `Status_InProgress` is `In Progress`. */
const words = (name: string): string => name.slice(name.indexOf('_') + 1).replace(/([a-z])([A-Z])/g, '$1 $2');

/**
 * @param toText the word of a value by its name in the descriptor; by default its last part with blanks between words
 * @param others words that are read as well, by value name
 */
export const enumText = <E extends number>(
  schema: DescEnum,
  toText: (name: string) => string = words,
  others: Readonly<Record<string, readonly string[]>> = {},
): EnumText<E> => {
  const texts = new Map<E, string>();
  const numbers = new Map<string, E>();
  for (const { name, number } of schema.values) {
    if (number === 0) continue;
    texts.set(number as E, toText(name));
    for (const text of [toText(name), ...(others[name] ?? [])]) numbers.set(text, number as E);
  }
  return { number: (text) => numbers.get(text) ?? (0 as E), text: (number) => texts.get(number) };
};

/** As `enumText`, with words of its own for some values. */
export const withExceptions =
  (exceptions: Readonly<Record<string, string>>, toText: (name: string) => string = words) =>
  (name: string): string =>
    exceptions[name] ?? toText(name);
