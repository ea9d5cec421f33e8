/** Whether what is heard on a channel goes to TAK: the operator's word for the radio and for the channel. */
import type { RadioOptions } from './options.ts';
import type { Refusal } from './refusal.ts';

/** Undefined lets it. @param channel index on the radio */
export const closedToTak = ({ direction, channels }: Pick<RadioOptions, 'direction' | 'channels'>) => {
  const closed = new Set(channels.filter(({ toTak }) => !toTak).map(({ index }) => index));
  return (channel: number): Refusal | undefined => {
    if (direction === 'toMesh') return { reason: 'not_allowed', detail: 'direction is toMesh: nothing goes to TAK' };
    return closed.has(channel)
      ? { reason: 'not_allowed', detail: `channels: what is heard on channel ${channel} does not go to TAK` }
      : undefined;
  };
};
