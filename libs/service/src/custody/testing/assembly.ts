/** What a worker of the simulated world remembers of transfers; gone with its life. */
import type { ItemHeader } from '../messages.ts';
import type { Covered } from '../sink-ports.ts';
import { itemKey } from './world.ts';
import type { SimulatedFragment } from './world.ts';

interface Assembly {
  /** @returns every fragment of the transfer once it is whole. */
  add(fragment: SimulatedFragment, item: ItemHeader): readonly Covered[] | undefined;
  clear(): void;
}

export const createAssembly = (): Assembly => {
  const transfers = new Map<string, { readonly parts: Set<number>; readonly items: Map<string, Covered> }>();
  return {
    add: ({ transfer, at, needed }, { id, addressed }) => {
      const known = transfers.get(transfer) ?? { parts: new Set(), items: new Map<string, Covered>() };
      transfers.set(transfer, known);
      known.parts.add(at);
      const before = known.items.get(itemKey(id))?.sinks ?? [];
      known.items.set(itemKey(id), { id, sinks: [...before, ...addressed.map(({ sink }) => sink)] });
      return known.parts.size < needed ? undefined : [...known.items.values()];
    },
    clear: () => transfers.clear(),
  };
};
