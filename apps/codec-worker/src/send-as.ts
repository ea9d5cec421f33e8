/** How each mesh wants events, as its agents say. */
import type { SendAs } from '@cotbus/codec';
import { Dialect, V2Form } from '@cotbus/contracts';
import type { AgentStatus } from '@cotbus/contracts';
import type { Bus } from '@cotbus/service';

const forms: Readonly<Record<V2Form, SendAs['form']>> = {
  [V2Form.UNSPECIFIED]: 'auto',
  [V2Form.RAW]: 'raw',
  [V2Form.A]: 'a',
  [V2Form.B]: 'b',
  [V2Form.C]: 'c',
};

/** More agents than any site has. */
const MAX_AGENTS = 1024;

/** What an agent said last, also while it is away; an agent that never said anything gets V2. */
export const followSendAs = async (bus: Bus): Promise<(agent: string) => SendAs> => {
  const known = new Map<string, SendAs>();
  await bus.subscribe('agentStatus', {}, (status, { agent }) => {
    // A will says nothing of the radio.
    if (status?.online !== true) return;
    if (known.size < MAX_AGENTS || known.has(agent)) known.set(agent, sendAsOf(status));
  });
  return (agent) => known.get(agent) ?? { dialect: Dialect.UNSPECIFIED, form: 'auto' };
};

/** Values of a newer contract count as the default, the encoder's own for the dialect. */
const sendAsOf = ({ dialect, v2Form }: AgentStatus): SendAs => ({
  dialect,
  form: (forms as Readonly<Record<number, SendAs['form']>>)[v2Form] ?? 'auto',
});
