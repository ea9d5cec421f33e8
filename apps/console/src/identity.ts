/** Asks for, or writes, the team and role that a radio itself has. */
import { isTopicLevel } from '@cotbus/contracts';
import { z } from 'zod';
import type { Commands } from './commands.ts';

const word = z.string().trim().max(40).optional();

/** With a team or a role it is written, without it is asked for. */
export const identityRequest = z.strictObject({
  agent: z.string().refine(isTopicLevel, 'expected the name of an agent'),
  /** Of another node on its mesh; the attached radio when left out. */
  node: z
    .string()
    .regex(/^![0-9a-f]{8}$/, 'expected a node such as !1234abcd')
    .optional(),
  team: word,
  role: word,
});

export interface IdentityAnswer {
  /** Null when there was no answer yet. */
  readonly ok: boolean | null;
  readonly text: string;
}

/** A node far away is asked twice, for half a minute each; one that is written to restarts and is asked again. */
const GET_LIFE_MS = 130_000;
const SET_LIFE_MS = 300_000;
/** Longer than that nobody looks at a button; what comes of it stands at the radio. */
const WAIT_MS = 5000;

export const requestIdentity = async (
  commands: Commands,
  { agent, node, team, role }: z.output<typeof identityRequest>,
): Promise<IdentityAnswer> => {
  const given = Object.entries({ node, team, role }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
  );
  const isWrite = given.some(([name]) => name !== 'node');
  const reply = await commands.ask(
    {
      target: agent,
      verb: isWrite ? 'identity-set' : 'identity-get',
      arguments: Object.fromEntries(given),
      lifeMs: isWrite ? SET_LIFE_MS : GET_LIFE_MS,
    },
    WAIT_MS,
  );
  if (reply !== undefined) return { ok: reply.ok, text: reply.text };
  return { ok: null, text: `${agent} was asked; what comes of it will stand at the radio.` };
};
