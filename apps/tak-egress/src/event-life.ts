/** How long an event of TAK is worth sending to a mesh. */
import { Kind } from '@cotbus/contracts';

/** What somebody waits for, and what the next report replaces. */
const MESSAGE_LIFE_MS = 300_000;
const STATE_LIFE_MS = 60_000;

/** Somebody waits for it: it is sent again rather than not at all. */
export const isInsistent = (kind: Kind): boolean => kind === Kind.CHAT || kind === Kind.EMERGENCY;

export const eventLifeMs = (kind: Kind): number => (isInsistent(kind) ? MESSAGE_LIFE_MS : STATE_LIFE_MS);
