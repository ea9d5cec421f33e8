/** Whether the agent's clock can be right. */
import type { AgentStatus } from '@cotbus/contracts';
import { aliveAgents, duration, fault, note } from './site.ts';
import type { Check, FindingFields } from './site.ts';

/** Times of the mesh are whole seconds, and some are minutes on their way. */
const TOLERANCE_MS = 60_000;

export const clockCheck: Check = {
  codes: ['host_clock', 'radio_clock'],
  look: (site) => aliveAgents(site).flatMap(clockOf),
};

const isWrong = (aheadMs: number | undefined): aheadMs is number =>
  aheadMs !== undefined && Math.abs(aheadMs) > TOLERANCE_MS;

/** Satellites are believed before the radio, and the radio before nobody. */
const clockOf = ({ agent: about, clockCheck: clocks }: AgentStatus): readonly FindingFields[] => {
  const { gpsAheadMs, gpsNodes = 0, radioAheadMs } = clocks ?? {};
  const remedy = 'Set the clock of the machine (NTP): with a wrong one events are stale before they arrive, or never.';
  const host = (aheadMs: number, by: string): FindingFields =>
    fault('host_clock', {
      about,
      cause: `Its machine's clock is ${duration(aheadMs)} ${aheadMs > 0 ? 'behind' : 'ahead of'} ${by}.`,
      remedy,
    });
  if (isWrong(gpsAheadMs)) {
    return [host(gpsAheadMs, `the satellite time of ${gpsNodes} node${gpsNodes === 1 ? '' : 's'}`)];
  }
  if (!isWrong(radioAheadMs)) return [];
  if (gpsAheadMs === undefined) return [host(radioAheadMs, "the radio's, and one of the two is wrong")];
  return [
    note('radio_clock', {
      about,
      cause: `The radio's clock is ${duration(radioAheadMs)} ${radioAheadMs > 0 ? 'ahead of' : 'behind'} satellite time.`,
      remedy: 'Connect a phone once, or let the radio have GPS or NTP: what it remembers of nodes has wrong ages.',
    }),
  ];
};
