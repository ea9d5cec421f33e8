/** `cotbus identity get|set`: team and role that a radio itself has, through the agent it is attached to. */
import { fromBinary } from '@bufbuild/protobuf';
import { nodeText, RadioIdentity_State, RadioIdentitySchema } from '@cotbus/contracts';
import type { RadioIdentity } from '@cotbus/contracts';
import { printable, systemClock } from '@cotbus/service';
import type { Bus } from '@cotbus/service';
import { START } from '../own-package.ts';
import { askService } from './ask-service.ts';
import { connectedWithin, openOperatorBus } from './operator-bus.ts';

export interface IdentityOptions {
  readonly bus?: string;
  readonly agent?: string;
  readonly node?: string;
  readonly json?: boolean;
}

export interface IdentitySetOptions extends IdentityOptions {
  readonly team?: string;
  readonly role?: string;
  readonly force?: boolean;
}

const CONNECT_TIMEOUT_MS = 3_000;
/** Retained statuses come at once. */
const LOOK_MS = 1_000;
/** An agent asks another node twice, for half a minute each, and behind other questions later. */
const GET_LIFE_MS = 130_000;
/** It asks, writes, waits for the restart, and asks three times more. */
const SET_LIFE_MS = 300_000;
/** Whoever waits so long should know for what. */
const PATIENCE_MS = 3_000;

export const getIdentity = (options: IdentityOptions): Promise<void> => run(options, 'identity-get', {});

export const setIdentity = ({ team, role, force, ...options }: IdentitySetOptions): Promise<void> =>
  run(options, 'identity-set', {
    ...(team !== undefined && { team }),
    ...(role !== undefined && { role }),
    ...(force === true && { force: 'true' }),
  });

/** Exit status 1 when there was no answer, or none that it stands so. */
const run = async (options: IdentityOptions, verb: string, given: Readonly<Record<string, string>>): Promise<void> => {
  const { node, json = false } = options;
  const bus = openOperatorBus(options.bus, 'identity');
  try {
    if (!(await connectedWithin(bus, CONNECT_TIMEOUT_MS)))
      return fail(`No broker answers. Is Cotbus running (${START})?`);
    const agent = await agentToAsk(bus, options.agent);
    if (typeof agent !== 'string') return fail(agent.text);
    const { ok, text, bytes } = await ask(bus, agent, verb, { ...given, ...(node !== undefined && { node }) });
    const identity = readIdentity(bytes);
    if (json) console.log(JSON.stringify({ agent, ok, text, ...(identity && identityJson(identity)) }));
    else (ok ? console.log : console.error)(printable(text));
    if (!ok) process.exitCode = 1;
  } finally {
    await bus.close();
  }
};

const fail = (text: string): void => {
  console.error(printable(text));
  process.exitCode = 1;
};

/** With one radio nobody has to name it. A name that nobody has would be waited for in vain. */
const agentToAsk = async (bus: Bus, named: string | undefined): Promise<string | { readonly text: string }> => {
  const agents = new Set<string>();
  await bus.subscribe('agentStatus', {}, (status, { agent }) => {
    if (status?.online === true && status.transport !== 'mqtt') agents.add(agent);
  });
  await new Promise<void>((resolve) => {
    systemClock.after(LOOK_MS, resolve);
  });
  const names = [...agents].toSorted().join(', ');
  if (named !== undefined) {
    return agents.has(named)
      ? named
      : { text: `There is no agent "${named}" with a radio; there are: ${names || 'none'}.` };
  }
  const [first, second] = agents;
  if (first !== undefined && second === undefined) return first;
  return first === undefined
    ? { text: 'No agent with a radio is on the bus; cotbus doctor says more.' }
    : { text: `Several radios: name one with --agent (${names}).` };
};

interface Answer {
  readonly ok: boolean;
  readonly text: string;
  readonly bytes: Uint8Array;
}

const ask = async (bus: Bus, target: string, verb: string, given: Record<string, string>): Promise<Answer> => {
  const lifeMs = verb === 'identity-set' ? SET_LIFE_MS : GET_LIFE_MS;
  const endPatience = systemClock.after(PATIENCE_MS, () =>
    console.error(
      `Waiting for ${target}: a radio that is written to restarts, and a node far away takes up to some minutes …`,
    ),
  );
  const reply = await askService(bus, { target, verb, arguments: given, lifeMs });
  endPatience();
  const text = `${target} gave no answer: whether it did anything is not known.`;
  return reply ?? { ok: false, text, bytes: new Uint8Array() };
};

const readIdentity = (bytes: Uint8Array): RadioIdentity | undefined => {
  try {
    return bytes.length === 0 ? undefined : fromBinary(RadioIdentitySchema, bytes);
  } catch {
    return undefined;
  }
};

const states: Readonly<Record<number, string>> = {
  [RadioIdentity_State.ANSWERED]: 'answered',
  [RadioIdentity_State.NO_ANSWER]: 'no_answer',
  [RadioIdentity_State.NOT_STORED]: 'not_stored',
  [RadioIdentity_State.REFUSED]: 'refused',
};

const identityJson = ({ node, state, team, role }: RadioIdentity) => ({
  node: nodeText(node),
  state: states[state] ?? 'unknown',
  team,
  role,
});
