/** How deep a YAML text is nested, without the recursion that composing it needs. */
import { Parser } from 'yaml';
import type { CST } from 'yaml';

/** True when a collection in it lies deeper than `max` others. */
export const isDeeperThan = (max: number, text: string): boolean => {
  const waiting: { token: CST.Token; depth: number }[] = [];
  for (const token of new Parser().parse(text)) waiting.push({ token, depth: 0 });
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const depth = next.depth + 1;
    if (depth > max) return true;
    for (const token of childrenOf(next.token)) waiting.push({ token, depth });
  }
  return false;
};

const childrenOf = (token: CST.Token): readonly CST.Token[] => {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value];
  if (token.type !== 'block-map' && token.type !== 'block-seq' && token.type !== 'flow-collection') return [];
  return token.items.flatMap(({ key, value }) => [key ?? [], value ?? []].flat());
};
