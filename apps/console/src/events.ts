/** Where an event goes: the map, the chat, the alarms, or several of them. Pure. */
import { createAlarms } from './alarms.ts';
import type { Alarms } from './alarms.ts';
import { createChats } from './chats.ts';
import type { HeardEvent } from './heard-event.ts';
import type { Records } from './records.ts';
import { createUnits } from './units.ts';
import type { AlarmView, ChatView, UnitView } from './view.ts';

export interface Events {
  take(heard: HeardEvent | undefined): void;
  /** Forgets what is long over. */
  prune(nowMs: number): void;
  readonly alarms: Alarms;
}

interface EventRecords {
  readonly units: Records<UnitView>;
  readonly chats: Records<ChatView>;
  readonly alarms: Records<AlarmView>;
}

/** @param earlier alarms of an earlier run */
export const createEvents = (records: EventRecords, earlier: readonly AlarmView[] = []): Events => {
  const units = createUnits(records.units);
  const chats = createChats(records.chats);
  const alarms = createAlarms(records.alarms, earlier);
  return {
    take: (heard) => {
      if (heard === undefined) return;
      units.take(heard);
      chats.take(heard);
      alarms.take(heard);
    },
    prune: (nowMs) => {
      units.prune(nowMs);
      alarms.prune(nowMs);
    },
    alarms,
  };
};
