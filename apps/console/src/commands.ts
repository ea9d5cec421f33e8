/** Commands over the bus, each with its reply: at most once, and no answer means that nobody knows what became of it. */
import { createMessage } from '@cotbus/contracts';
import type { Reply } from '@cotbus/contracts';
import type { ServiceContext } from '@cotbus/service';

interface Command {
  /** Such as the name of an agent. */
  readonly target: string;
  readonly verb: string;
  readonly arguments: Readonly<Record<string, string>>;
  /** Until when whoever is asked may still begin. */
  readonly lifeMs: number;
}

export interface Commands {
  /** @returns undefined when there was no reply within `waitMs`. */
  ask(command: Command, waitMs: number): Promise<Reply | undefined>;
}

/** Questions without an answer at once: more are not asked. */
const MAX_OPEN = 100;

export const openCommands = async ({
  bus,
  clock,
  instance,
  nonce,
}: Pick<ServiceContext, 'bus' | 'clock' | 'instance' | 'nonce'>): Promise<Commands> => {
  const open = new Map<string, (reply: Reply | undefined) => void>();
  let asked = 0;
  await bus.subscribe('reply', {}, (reply, { id }) => open.get(id)?.(reply));
  return {
    ask: (command, waitMs) =>
      new Promise((resolve) => {
        if (open.size >= MAX_OPEN) return resolve(undefined);
        asked += 1;
        const id = `${instance.slice(0, 30)}-${nonce.toString(16)}-${asked}`;
        const end = (reply: Reply | undefined): void => {
          cancel();
          open.delete(id);
          resolve(reply);
        };
        const cancel = clock.after(waitMs, () => end(undefined));
        open.set(id, end);
        bus.publish('command', createMessage('command', { ...command, id, arguments: { ...command.arguments } }));
      }),
  };
};
