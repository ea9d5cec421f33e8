/** Answers commands of one verb over the bus: each once, and never with an exception. */
import { createMessage } from '@cotbus/contracts';
import type { Bus } from './bus.ts';
import type { Clock } from './clock.ts';
import { createTtlMap } from './ttl-map.ts';

/** A command that the broker delivers twice is carried out once. */
const MEMORY_MS = 10 * 60_000;
const MAX_COMMANDS = 100;

export interface CommandAnswer {
  readonly ok: boolean;
  /** For a person. */
  readonly text: string;
  readonly bytes?: Uint8Array;
}

export interface AnsweredCommand {
  /** Name of who is asked. */
  readonly target: string;
  readonly verb: string;
  /** @returns undefined when somebody else answers. */
  readonly answer: (
    given: Readonly<Record<string, string>>,
  ) => Promise<CommandAnswer | undefined> | CommandAnswer | undefined;
}

export const answerCommand = async (
  { bus, clock }: { readonly bus: Bus; readonly clock: Clock },
  { target, verb, answer }: AnsweredCommand,
): Promise<void> => {
  const known = createTtlMap<string, true>({ ttlMs: MEMORY_MS, maxEntries: MAX_COMMANDS, clock });
  const reply = async (id: string, given: Readonly<Record<string, string>>): Promise<void> => {
    const said = await answer(given);
    if (said !== undefined) bus.publish('reply', createMessage('reply', { id, ...said }));
  };
  await bus.subscribe('command', { target, verb }, (command) => {
    if (command === undefined || known.has(command.id)) return;
    known.set(command.id, true);
    reply(command.id, command.arguments).catch(() => {
      // An id that is no topic level cannot be answered, whatever the answer is.
    });
  });
};
