/** What an origin of a simulated run was given, and what its journal did with it. */
import type { CustodyOutcome } from '../messages.ts';
import type { OriginRecord } from '../origin-records.ts';
import { itemKey } from './world.ts';
import type { SimulatedPayload, World } from './world.ts';

type Payload = SimulatedPayload;

export interface GivenItems {
  appended(record: OriginRecord<Payload>, nonce: bigint): void;
  torn(record: OriginRecord<Payload>, nonce: bigint): void;
  /** The journal had no room. */
  refused(outcome: CustodyOutcome): void;
  volumeLost(): void;
}

export const createGivenItems = (world: World, origin: string): GivenItems => {
  const { items, timeline } = world;
  return {
    appended: (record, nonce) => {
      if (record.kind !== 'accepted') return;
      const { incarnation, seq, assigned, payload } = record;
      const name = { origin, nonce, incarnation, seq };
      const key = itemKey(name);
      if (items.has(key) && items.get(key)?.state !== 'torn') world.violations.push(`${key} named twice`);
      world.trace(
        () => `${key} accepted for ${assigned.map(({ destination, sink }) => `${destination}:${sink}`).join(' ')}`,
      );
      items.set(key, {
        name,
        destinations: assigned.map(({ destination }) => destination),
        givenMs: timeline.nowMs,
        isPoison: payload.isPoison,
        uid: payload.uid,
        ...(payload.fragment && { fragment: payload.fragment }),
        state: 'accepted',
        isRepeated: false,
      });
    },
    torn: (record, nonce) => {
      if (record.kind !== 'accepted') return;
      const item = items.get(itemKey({ origin, nonce, incarnation: record.incarnation, seq: record.seq }));
      if (item !== undefined) item.state = 'torn';
    },
    refused: (outcome) => {
      const key = itemKey(outcome.item);
      items.set(key, {
        name: outcome.item,
        destinations: [...(items.get(key)?.destinations ?? []), outcome.destination],
        givenMs: timeline.nowMs,
        isPoison: false,
        uid: '',
        state: 'refused',
        isRepeated: false,
      });
    },
    volumeLost: () => {
      for (const item of items.values()) {
        if (item.name.origin === origin && item.state === 'accepted') item.state = 'lost';
      }
    },
  };
};
