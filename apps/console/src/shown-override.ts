/** What operators say of nodes, for the page. Pure. */
import { nodeText } from '@cotbus/contracts';
import type { NodeOverride } from '@cotbus/contracts';
import { clip } from './bounds.ts';
import { ourTime } from './our-time.ts';
import type { Records } from './records.ts';
import type { OverrideView } from './view.ts';

interface Said {
  /** As it stands in the topic. */
  readonly num: string;
  readonly override: NodeOverride | undefined;
  readonly nowMs: number;
}

export const showOverride = (
  records: Records<OverrideView>,
  { num, override, nowMs }: Said,
  behindMs: (console: string) => number,
): void => {
  const { callsign, team, role, type, console, atMs } = override ?? nothing;
  if (override === undefined || callsign + team + role + type === '') {
    records.delete(`!${num}`);
    return;
  }
  const key = nodeText(override.num);
  records.set(key, {
    key,
    callsign: clip(callsign),
    team: clip(team),
    role: clip(role),
    type: clip(type),
    console: clip(console),
    atMs: ourTime(atMs, behindMs(console), nowMs),
  });
};

const nothing = { callsign: '', team: '', role: '', type: '', console: '', atMs: 0 };
