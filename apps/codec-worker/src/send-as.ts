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

/** How the mesh of this agent wants an event. @param translateTo what it must be written in; UNSPECIFIED: as the agent says */
export type SendAsOf = (agent: string, translateTo: Dialect) => SendAs;

interface Wanted extends SendAs {
  /** Its firmware spoils port 72. */
  readonly spoilsV1: boolean;
}

/** What an agent said last, also while it is away; an agent that never said anything gets V2. */
export const followSendAs = async (bus: Bus): Promise<SendAsOf> => {
  const known = new Map<string, Wanted>();
  await bus.subscribe('agentStatus', {}, (status, { agent }) => {
    // A will says nothing of the radio.
    if (status?.online !== true) return;
    if (known.size < MAX_AGENTS || known.has(agent)) known.set(agent, sendAsOf(status));
  });
  return (agent, translateTo) => {
    const wanted = known.get(agent) ?? NOTHING_SAID;
    return {
      form: wanted.form,
      dialect: translateTo === Dialect.UNSPECIFIED ? wanted.dialect : as(translateTo, wanted),
    };
  };
};

const NOTHING_SAID: Wanted = { dialect: Dialect.UNSPECIFIED, form: 'auto', spoilsV1: false };

const as = (dialect: Dialect, { spoilsV1 }: Wanted): Dialect =>
  dialect === Dialect.V1 && spoilsV1 ? Dialect.FORWARDER : dialect;

/** Values of a newer contract count as the default, the encoder's own for the dialect. */
const sendAsOf = ({ dialect, v2Form, capabilities }: AgentStatus): Wanted => ({
  dialect,
  spoilsV1: capabilities?.takV1Usable === false,
  form: (forms as Readonly<Record<number, SendAs['form']>>)[v2Form] ?? 'auto',
});
