/** What the doctor finds of the running site, all the time. Pure. */
import { Finding_Level } from '@cotbus/contracts';
import { findingsOf } from '@cotbus/service';
import { clip, MAX_FINDING_TEXT, MAX_FINDINGS } from './bounds.ts';
import type { Records } from './records.ts';
import type { FindingView } from './view.ts';

/** Radios and services, as they say of themselves. */
export type Site = Parameters<typeof findingsOf>[0];

export interface Findings {
  look(site: Site): void;
}

const levels: Readonly<Record<number, FindingView['level']>> = {
  [Finding_Level.FAULT]: 'fault',
  [Finding_Level.WARNING]: 'warning',
};

export const createFindings = (records: Records<FindingView>): Findings => ({
  look: (site) => {
    const found = new Map<string, FindingView>();
    for (const { code, level, about, cause, remedy } of findingsOf(site).slice(0, MAX_FINDINGS)) {
      const name = clip(`${code}/${about}`);
      const key = found.has(name) ? `${name}/${found.size}` : name;
      found.set(key, {
        key,
        code: clip(code),
        level: levels[level] ?? 'note',
        about: clip(about),
        cause: clip(cause, MAX_FINDING_TEXT),
        remedy: clip(remedy, MAX_FINDING_TEXT),
      });
    }
    for (const { key } of records.values()) if (!found.has(key)) records.delete(key);
    for (const [key, finding] of found) records.set(key, finding);
  },
});
