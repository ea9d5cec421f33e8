/** What is older than `retention.days` goes: everything at the start, before a service has it open; recordings every hour. */
import type { Clock, Logger } from '@cotbus/service';
import { eraseKept } from './kept/erase.ts';
import { removeOldRecordings } from './kept/kept-recordings.ts';
import type { GatewayOptions } from './options.ts';

const DAY_MS = 24 * 60 * 60_000;
const HOUR_MS = 60 * 60_000;

type Options = Pick<GatewayOptions, 'retention' | 'journals' | 'record'>;

/** Never rejects: what could not be removed is logged, and Cotbus starts. @returns ends it */
export const startRetention = async (
  { retention, journals, record }: Options,
  log: Logger,
  clock: Clock,
): Promise<() => void> => {
  const { days } = retention;
  if (days === undefined) return () => {};
  const beforeMs = (): number => clock.now() - days * DAY_MS;
  const places = { data: journals.folder, recordings: record.folder };
  const failed = (error: unknown): void => log.warn({ err: error, days }, 'retention.failed');
  try {
    const { counts } = await eraseKept(places, { names: [], beforeMs: beforeMs() });
    if (Object.keys(counts).length > 0) log.info({ days, ...counts }, 'retention.erased');
  } catch (error) {
    failed(error);
  }
  return clock.every(HOUR_MS, () => void removeOldRecordings(record.folder, beforeMs()).catch(failed));
};
