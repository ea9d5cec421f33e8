/** How often the rules of each filter have decided: counted where an event is offered, not where the picture is told again. */
import { createRateLimit } from '@cotbus/service';
import type { Clock, Logger, ServiceReport } from '@cotbus/service';
import type { FilterOptions } from './filter-options.ts';
import type { Verdict } from './filter.ts';
import { ruleText } from './rule-text.ts';

const LOG_MS = 10_000;

type FilterDirection = 'in' | 'out';

interface FilterCount {
  readonly direction: FilterDirection;
  /** In words. */
  readonly rule: string;
  readonly events: number;
  readonly dryRun: boolean;
}

export interface FilterCounts {
  /** An event met the filter of this link or listener. */
  note(link: string, direction: FilterDirection, verdict: Verdict): void;
  /** Of a filter, rule by rule; what no rule applied to comes last. Empty for a filter that lets all pass. */
  of(link: string, direction: FilterDirection, filter: FilterOptions): readonly FilterCount[];
}

export const createFilterCounts = (status: Pick<ServiceReport, 'count'>, log: Logger, clock: Clock): FilterCounts => {
  const counts = new Map<string, number>();
  const mayLog = createRateLimit(clock, LOG_MS);
  const keyOf = (link: string, direction: FilterDirection, rule: number): string => `${direction} ${rule} ${link}`;
  return {
    note: (link, direction, verdict) => {
      const { rule } = verdict;
      if (rule === undefined) return;
      const key = keyOf(link, direction, rule);
      counts.set(key, (counts.get(key) ?? 0) + 1);
      if (!verdict.passes) status.count('events_filtered_total');
      else if (verdict.wouldDeny !== undefined) {
        status.count('events_would_be_filtered_total');
        const heldBack = mayLog(key);
        if (heldBack !== undefined)
          log.info({ link, direction, detail: verdict.wouldDeny, heldBack }, 'event.would_be_filtered');
      }
    },
    of: (link, direction, { rules, otherwise, dryRun }) => {
      if (rules.length === 0 && otherwise === 'allow') return [];
      const count = (rule: number): number => counts.get(keyOf(link, direction, rule)) ?? 0;
      return [
        ...rules.map((rule, index) => ({ direction, rule: ruleText(rule), events: count(index), dryRun })),
        { direction, rule: `${otherwise} what no rule applies to`, events: count(-1), dryRun },
      ];
    },
  };
};
