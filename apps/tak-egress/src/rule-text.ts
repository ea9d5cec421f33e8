/** A rule of a filter in words. */
import type { FilterRule } from './filter-options.ts';

/** Patterns of one list that are told; a list may have a thousand. */
const MAX_TOLD = 5;

/** Such as `deny teams Red, Blue and area 47,11 to 47.5,11.5`. */
export const ruleText = ({ action, area, ...lists }: FilterRule): string => {
  const parts = Object.entries(lists).map(([name, patterns]) => `${name} ${listText(patterns ?? [])}`);
  if (area !== undefined) parts.push(`area ${area.south},${area.west} to ${area.north},${area.east}`);
  return `${action} ${parts.length === 0 ? 'everything' : parts.join(' and ')}`;
};

const listText = (patterns: readonly string[]): string => {
  if (patterns.length === 0) return 'none';
  const more = patterns.length - MAX_TOLD;
  return `${patterns.slice(0, MAX_TOLD).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};
