/** A question to a service over the bus, and its answer within a time. */
import { randomBytes } from 'node:crypto';
import { createMessage } from '@cotbus/contracts';
import type { Reply } from '@cotbus/contracts';
import { systemClock } from '@cotbus/service';
import type { Bus, Clock } from '@cotbus/service';

export interface ServiceQuestion {
  /** Name of an agent, egress or packager. */
  readonly target: string;
  readonly verb: string;
  readonly arguments: Readonly<Record<string, string>>;
  readonly lifeMs: number;
}

/** @returns undefined when none came within the life of the question. */
export const askService = async (
  bus: Bus,
  question: ServiceQuestion,
  clock: Clock = systemClock,
): Promise<Reply | undefined> => {
  const id = `${question.verb}-${randomBytes(6).toString('hex')}`;
  let answer = (_reply: Reply | undefined): void => {};
  const answered = new Promise<Reply | undefined>((resolve) => {
    answer = resolve;
  });
  const cancel = clock.after(question.lifeMs, () => answer(undefined));
  await bus.subscribe('reply', { id }, (reply) => reply && answer(reply));
  bus.publish('command', createMessage('command', { ...question, id, arguments: { ...question.arguments } }));
  const reply = await answered;
  cancel();
  return reply;
};
