/** What is known of the TAK identities of nodes that were asked: bounded, the attached radio first. */
import { create } from '@bufbuild/protobuf';
import { RadioIdentitySchema } from '@cotbus/contracts';
import type { RadioIdentity, RadioIdentity_State } from '@cotbus/contracts';

/** The one asked longest ago goes first. */
const MAX_NODES = 16;

export interface IdentityMemory {
  put(identity: RadioIdentity): void;
  /** It is asked or written right now; what was known of it stays. */
  mark(node: number, state: RadioIdentity_State, atMs: number): void;
  all(): readonly RadioIdentity[];
}

/** @param own the node of the attached radio, as far as it is known; never forgotten. */
export const createIdentityMemory = (own: () => number | undefined): IdentityMemory => {
  const known = new Map<number, RadioIdentity>();
  const put = (identity: RadioIdentity): void => {
    known.delete(identity.node);
    known.set(identity.node, identity);
    for (const node of known.keys()) {
      if (known.size <= MAX_NODES) break;
      if (node !== own()) known.delete(node);
    }
  };
  return {
    put,
    mark: (node, state, atMs) => {
      const { team = '', role = '' } = known.get(node) ?? {};
      put(create(RadioIdentitySchema, { node, state, team, role, atMs }));
    },
    all: () => [...known.values()].toSorted((a, b) => Number(b.node === own()) - Number(a.node === own())),
  };
};
