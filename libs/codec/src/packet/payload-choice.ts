/** Whether an event travels in the fields of its payload, or its detail as it is. */
import { Kind } from '@cotbus/contracts';
import type { EventTree } from '../cot/event-tree.ts';
import { MAX_RAW_DETAIL_BYTES } from '../limits.ts';
import type { PayloadVariant } from './payload.ts';
import { parsePayload, payloadCase } from './payloads.ts';
import type { PacketProfile } from './profile.ts';

/** A video to watch, a file to fetch: all the event is for, and the model has no field for it. */
const UNMODELLED: ReadonlySet<string> = new Set(['__video', 'fileshare']);

/** True where the fields of the packet would lose what the event is for. */
export const needsRawDetail = ({ kind, detail }: EventTree, { schema }: PacketProfile): boolean =>
  kind === Kind.DELETE ||
  kind === Kind.RAW ||
  (kind === Kind.TAKTALK && schema === 'a') ||
  (kind !== Kind.PLI && detail.some(({ name }) => UNMODELLED.has(name)));

/** True where nothing is left without the detail: a delete that deletes nothing, a file without its address. */
export const isOnlyDetail = ({ kind, type }: EventTree): boolean => kind === Kind.DELETE || type.startsWith('b-f-t-');

/** A detail that is needed goes as it is while it is small, or whatever its size when it is all there is. */
export const chooseVariant = (event: EventTree, profile: PacketProfile): PayloadVariant => {
  if (!profile.asSdk && needsRawDetail(event, profile)) {
    const raw = parsePayload('rawDetail', event, profile);
    const bytes = raw.case === 'rawDetail' ? raw.value.length : 0;
    if (bytes > 0 && (bytes <= MAX_RAW_DETAIL_BYTES || isOnlyDetail(event))) return raw;
  }
  return parsePayload(payloadCase(event, profile), event, profile);
};
