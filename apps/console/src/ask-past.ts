/** A console that starts late asks everybody who records outcomes for what was before: why a node is not seen stays known. */
import { fromBinary } from '@bufbuild/protobuf';
import { createMessage, OutcomeBatchSchema } from '@cotbus/contracts';
import type { OutcomeBatch } from '@cotbus/contracts';
import type { ServiceContext } from '@cotbus/service';
import { MAX_OWNERS } from './bounds.ts';

/** Services that write outcomes; their instance is the owner. */
const writers: ReadonlySet<string> = new Set(['radio-agent', 'tak-egress', 'route-packager']);
/** A service on the same bus answers at once. */
const LIFE_MS = 10_000;

/** Asks each once. */
export const askPast = async (
  { bus, instance, nonce }: Pick<ServiceContext, 'bus' | 'instance' | 'nonce'>,
  onAnswer: (batch: OutcomeBatch) => void,
): Promise<void> => {
  const id = `${instance.slice(0, 40)}-${nonce.toString(16)}`;
  const asked = new Set<string>();
  await bus.subscribe('reply', { id }, (reply) => {
    const batch = reply && readBatch(reply.bytes);
    if (batch !== undefined && asked.has(batch.owner)) onAnswer(batch);
  });
  await bus.subscribe('serviceStatus', {}, (status, { name, instance: owner }) => {
    if (status?.online !== true || !writers.has(name) || asked.has(owner) || asked.size >= MAX_OWNERS) return;
    asked.add(owner);
    const ask = { id, target: owner, verb: 'outcomes', lifeMs: LIFE_MS, arguments: { all: '' } };
    bus.publish('command', createMessage('command', ask));
  });
};

const readBatch = (bytes: Uint8Array): OutcomeBatch | undefined => {
  try {
    return fromBinary(OutcomeBatchSchema, bytes);
  } catch {
    // Whoever answers so has no outcomes for us.
    return undefined;
  }
};
