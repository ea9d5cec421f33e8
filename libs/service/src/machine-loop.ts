/** Runs a pure machine: one input at a time, its outputs in order, and what they cause only after them. */
import type { Logger } from 'pino';

export interface MachineLoop<Input> {
  feed(input: Input): void;
}

/** @param act does what an output says; may feed. */
export const createMachineLoop = <Input, Output>(
  machine: { handle(input: Input): readonly Output[] },
  act: (output: Output) => void,
  log: Logger,
): MachineLoop<Input> => {
  const waiting: Input[] = [];
  let running = false;
  const run = (): void => {
    for (let input = waiting.shift(); input !== undefined; input = waiting.shift()) {
      for (const output of machine.handle(input)) act(output);
    }
  };
  return {
    feed: (input) => {
      waiting.push(input);
      if (running) return;
      running = true;
      try {
        run();
      } catch (error) {
        // A mistake of ours with one item must not end custody of all others.
        log.error({ err: error }, 'custody.failed');
      } finally {
        running = false;
      }
    },
  };
};
