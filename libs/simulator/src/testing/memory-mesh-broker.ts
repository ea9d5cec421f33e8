/** The broker of a mesh in memory. */
import type { MeshBrokerClient } from '../uplink-gateway.ts';

export interface MemoryMeshBroker {
  /** By anybody, oldest first. */
  readonly published: readonly { readonly topic: string; readonly payload: Uint8Array }[];
  client(): MeshBrokerClient;
}

const matches = (filter: string, topic: string): boolean => {
  const [wanted, levels] = [filter.split('/'), topic.split('/')];
  return wanted.length === levels.length && wanted.every((level, at) => level === '+' || level === levels[at]);
};

export const createMemoryMeshBroker = (): MemoryMeshBroker => {
  const published: { topic: string; payload: Uint8Array }[] = [];
  const subscriptions = new Map<object, { filter: string; onMessage: (topic: string, payload: Uint8Array) => void }>();
  return {
    published,
    client: () => ({
      publish: (topic, payload) => {
        published.push({ topic, payload });
        for (const { filter, onMessage } of subscriptions.values()) {
          if (matches(filter, topic)) onMessage(topic, payload);
        }
      },
      subscribe: (filter, onMessage) => {
        const key = {};
        subscriptions.set(key, { filter, onMessage });
        return () => void subscriptions.delete(key);
      },
    }),
  };
};
