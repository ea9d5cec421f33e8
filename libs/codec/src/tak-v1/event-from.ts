/** The event of a packet that carries no times: it is stamped where it is handed on. */
import type { CotEvent } from '@cotbus/contracts';
import { eventOfTree } from '../cot/event-tree.ts';
import type { EventTree } from '../cot/event-tree.ts';

type Untimed = Omit<EventTree, 'timeMs' | 'startMs' | 'staleMs' | 'access' | 'qos' | 'opex'>;

export const eventFrom = (fields: Untimed): CotEvent =>
  eventOfTree({ ...fields, timeMs: 0, startMs: 0, staleMs: 0, access: '', qos: '', opex: '' });
