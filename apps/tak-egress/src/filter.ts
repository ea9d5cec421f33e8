/** The rules of a link: the first one that applies decides. What a rule does not name matches everything. */
import { kindText } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import { authorsOf } from './authors.ts';
import type { FilterOptions, FilterRule } from './filter-options.ts';
import { groupsOf } from './groups.ts';

export type Verdict = (
  | { readonly passes: true; readonly wouldDeny?: string }
  /** By which rule, in words. */
  | { readonly passes: false; readonly detail: string }
) & {
  /** Index of the rule that decided; -1: none applied. Left out where there is no filter. */
  readonly rule?: number;
};

/** @param user name in the certificate of the client that sent it, where it has one */
export type Filter = (event: CotEvent, user?: string) => Verdict;

const PASSES: Verdict = { passes: true };

export const createFilter = ({ rules, otherwise, dryRun }: FilterOptions): Filter => {
  if (rules.length === 0 && otherwise === 'allow') return () => PASSES;
  const checks = rules.map(checkOf);
  return (event, user = '') => {
    const rule = checks.findIndex((applies) => applies(event, user));
    const action = rules[rule]?.action ?? otherwise;
    if (action === 'allow') return { passes: true, rule };
    const detail = rule === -1 ? 'no rule of the filter allows it' : `rule ${rule} of the filter denies it`;
    return dryRun ? { passes: true, wouldDeny: detail, rule } : { passes: false, detail, rule };
  };
};

type Check = (event: CotEvent, user: string) => boolean;

const checkOf = (rule: FilterRule): Check => {
  const { kinds, types, teams, roles, groups, callsigns, uids, users, area } = rule;
  const names = kinds === undefined ? undefined : new Set<string>(kinds);
  const checks: Check[] = [
    matching(types, ({ type }) => [type]),
    matching(teams, ({ team }) => [team]),
    matching(roles, ({ role }) => [role]),
    matching(groups, groupsOf),
    matching(callsigns, ({ callsign }) => [callsign]),
    matching(uids, ({ uid }) => [uid]),
    matching(users, (event, user) => [user, ...authorsOf(event)].filter((name) => name !== '')),
  ];
  if (names !== undefined) checks.push(({ kind }) => names.has(kindText(kind)));
  if (area !== undefined) checks.push((event) => isIn(area, event));
  return (event, user) => checks.every((check) => check(event, user));
};

/** Case does not count: people write names of teams as they like. */
const matching = (
  patterns: readonly string[] | undefined,
  of: (event: CotEvent, user: string) => readonly string[],
): Check => {
  if (patterns === undefined) return () => true;
  const tests = patterns.map((pattern) => matcher(pattern.toLowerCase()));
  return (event, user) =>
    of(event, user)
      .map((text) => text.toLowerCase())
      .some((text) => tests.some((test) => test(text)));
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
