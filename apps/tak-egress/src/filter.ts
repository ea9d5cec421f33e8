/** The rules of a link: the first one that applies decides. What a rule does not name matches everything. */
import { kindText } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import type { FilterOptions, FilterRule } from './filter-options.ts';

type Verdict =
  | { readonly passes: true; readonly wouldDeny?: string }
  /** By which rule, in words. */
  | { readonly passes: false; readonly detail: string };

export type Filter = (event: CotEvent) => Verdict;

const PASSES: Verdict = { passes: true };

export const createFilter = ({ rules, otherwise, dryRun }: FilterOptions): Filter => {
  if (rules.length === 0 && otherwise === 'allow') return () => PASSES;
  const checks = rules.map(checkOf);
  return (event) => {
    const index = checks.findIndex((applies) => applies(event));
    const action = rules[index]?.action ?? otherwise;
    if (action === 'allow') return PASSES;
    const detail = index === -1 ? 'no rule of the filter allows it' : `rule ${index} of the filter denies it`;
    return dryRun ? { passes: true, wouldDeny: detail } : { passes: false, detail };
  };
};

type Check = (event: CotEvent) => boolean;

const checkOf = (rule: FilterRule): Check => {
  const { kinds, types, teams, roles, callsigns, uids, area } = rule;
  const names = kinds === undefined ? undefined : new Set<string>(kinds);
  const checks: Check[] = [
    matching(types, ({ type }) => type),
    matching(teams, ({ team }) => team),
    matching(roles, ({ role }) => role),
    matching(callsigns, ({ callsign }) => callsign),
    matching(uids, ({ uid }) => uid),
  ];
  if (names !== undefined) checks.push(({ kind }) => names.has(kindText(kind)));
  if (area !== undefined) checks.push((event) => isIn(area, event));
  return (event) => checks.every((check) => check(event));
};

/** Case does not count: people write names of teams as they like. */
const matching = (patterns: readonly string[] | undefined, of: (event: CotEvent) => string): Check => {
  if (patterns === undefined) return () => true;
  const tests = patterns.map((pattern) => matcher(pattern.toLowerCase()));
  return (event) => {
    const text = of(event).toLowerCase();
    return tests.some((test) => test(text));
  };
};

/** Linear in the text, whatever the pattern: no regular expression of a stranger's making. */
const matcher = (pattern: string): ((text: string) => boolean) => {
  const parts = pattern.split('*');
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return (text) => text === pattern;
  return (text) => {
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let at = first.length;
    if (at > end) return false;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found === -1 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
};

const isIn = ({ south, west, north, east }: NonNullable<FilterRule['area']>, { lat, lon }: CotEvent): boolean => {
  if (lat === 0 && lon === 0) return false;
  const isBetween = west <= east ? lon >= west && lon <= east : lon >= west || lon <= east;
  return lat >= south && lat <= north && isBetween;
};
