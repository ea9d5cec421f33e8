/** In which order kinds of events go to the air: what cannot wait, what somebody waits for, the rest, positions. */
import { Kind } from '@cotbus/contracts';

const first: readonly Kind[] = [Kind.EMERGENCY, Kind.CASEVAC, Kind.CHAT, Kind.TASK];

/** 0 goes first; positions go last. */
export const rankOf = (kind: Kind): number => {
  if (kind === Kind.PLI) return first.length + 1;
  const rank = first.indexOf(kind);
  return rank === -1 ? first.length : rank;
};

export const isUrgent = (kind: Kind): boolean => kind === Kind.EMERGENCY || kind === Kind.CASEVAC;
export const isMessage = (kind: Kind): boolean => kind === Kind.CHAT || kind === Kind.TASK;
export const isPosition = (kind: Kind): boolean => kind === Kind.PLI;
