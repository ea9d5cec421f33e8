/** Who has seen an alarm, said at one console and shown at all. */
import { createHash } from 'node:crypto';
import { createMessage } from '@cotbus/contracts';
import type { MessageOf } from '@cotbus/contracts';
import type { ServiceContext } from '@cotbus/service';
import { MAX_ALARMS } from './bounds.ts';
import { openLastSaid } from './last-said.ts';
import type { AlarmView } from './view.ts';

type Acknowledgement = MessageOf<'acknowledgement'>;

export interface Acknowledgements {
  /** A person at this console has seen it. */
  say(alarm: AlarmView): void;
}

/** As long as alarms are remembered. */
const KEPT_MS = 24 * 60 * 60_000;
const SWEEP_MS = 60 * 60_000;
const MAX_HOLDS_MS = 0xffff_ffff;
const ID_CHARACTERS = 16;

/** @param heard called with each, also with those of this console and of an earlier run */
export const openAcknowledgements = async (
  { bus, clock, instance, onStop }: ServiceContext,
  before: readonly AlarmView[],
  heard: (acknowledgement: Acknowledgement) => void,
): Promise<Acknowledgements> => {
  const messageOf = ({ key, acknowledged, staleMs }: AlarmView): Acknowledgement => {
    const { by = '', atMs = clock.now() } = acknowledged ?? {};
    const holdsMs = Math.min(MAX_HOLDS_MS, Math.max(0, Math.round(staleMs - atMs)));
    return createMessage('acknowledgement', { id: idOf(key), key, by, console: instance, atMs, holdsMs });
  };
  const said = await openLastSaid({
    bus,
    clock,
    name: 'acknowledgement',
    keyOf: ({ id }) => id,
    before: before.filter(({ acknowledged }) => acknowledged !== null).map(messageOf),
    limit: MAX_ALARMS,
    changed: (_, message) => {
      if (message !== undefined) heard(message);
    },
  });
  onStop(
    'acknowledgements',
    clock.every(SWEEP_MS, () => {
      for (const { id, atMs } of said.values()) if (clock.now() - atMs > KEPT_MS) said.forget(id);
    }),
  );
  return { say: (alarm) => said.say(messageOf(alarm)) };
};

const idOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, ID_CHARACTERS);
