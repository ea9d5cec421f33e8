/** A console that starts late asks everybody who records outcomes for what was before: why a node is not seen stays known. */
import { fromBinary } from '@bufbuild/protobuf';
import { OutcomeBatchSchema } from '@cotbus/contracts';
import type { OutcomeBatch, Reply } from '@cotbus/contracts';
import type { Bus } from '@cotbus/service';
import { MAX_OWNERS } from './bounds.ts';
import type { Commands } from './commands.ts';

/** Services that write outcomes; their instance is the owner. */
const writers: ReadonlySet<string> = new Set(['radio-agent', 'tak-egress', 'route-packager']);
/** A service on the same bus answers at once. */
const WAIT_MS = 10_000;

/** Asks each once. */
export const askPast = async (bus: Bus, commands: Commands, onAnswer: (batch: OutcomeBatch) => void): Promise<void> => {
  const asked = new Set<string>();
  const ask = async (owner: string): Promise<void> => {
    const question = { target: owner, verb: 'outcomes', lifeMs: WAIT_MS, arguments: { all: '' } };
    const batch = readBatch(await commands.ask(question, WAIT_MS));
    if (batch?.owner === owner) onAnswer(batch);
  };
  await bus.subscribe('serviceStatus', {}, (status, { name, instance: owner }) => {
    if (status?.online !== true || !writers.has(name) || asked.has(owner) || asked.size >= MAX_OWNERS) return;
    asked.add(owner);
    void ask(owner);
  });
};

const readBatch = (reply: Reply | undefined): OutcomeBatch | undefined => {
  try {
    return reply && fromBinary(OutcomeBatchSchema, reply.bytes);
  } catch {
    // Whoever answers so has no outcomes for us.
    return undefined;
  }
};
