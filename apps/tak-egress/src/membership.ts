/**
 * Whether a socket is still a member of its group on every interface. Pure: what became of each attempt comes in. Joining
 * where it is a member already does nothing and says so; where the system has forgotten the membership, it helps.
 */

/** Switches forget memberships in silence; ATAK joins again after as long a silence. */
const SILENCE_MS = 30_000;

export type MembershipAction =
  /** Try to join; answer with `joined`. */
  | { readonly kind: 'join'; readonly address: string }
  /** Leave and join, so that switches hear of it; answer with `joined`. */
  | { readonly kind: 'rejoin'; readonly address: string }
  /** This interface takes no part; others do. */
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'end'; readonly why: string };

export interface Membership {
  /** Every few seconds, and once at first. */
  look(nowMs: number): readonly MembershipAction[];
  heard(nowMs: number): void;
  /** @param fault code of the system, such as ENODEV */
  joined(address: string, fault: string | undefined): readonly MembershipAction[];
  /** Why it has ended. */
  readonly why: string | undefined;
}

/** @param isNamed the operator named the interfaces: none of them may be missing. */
export const createMembership = (addresses: readonly string[], isNamed: boolean, nowMs: number): Membership => {
  const unusable = new Set<string>();
  let heardMs = nowMs;
  let why: string | undefined;
  return {
    look: (atMs) => {
      if (why !== undefined) return [];
      const isSilent = atMs - heardMs >= SILENCE_MS;
      if (isSilent) heardMs = atMs;
      return addresses.map((address) => ({ kind: isSilent ? 'rejoin' : 'join', address }));
    },
    heard: (atMs) => {
      heardMs = atMs;
    },
    joined: (address, fault) => {
      if (fault === undefined || fault === 'EADDRINUSE') {
        unusable.delete(address);
        return [];
      }
      const isKnown = unusable.has(address);
      unusable.add(address);
      const told = `cannot be joined on ${address}: ${fault}`;
      if (isNamed || unusable.size === addresses.length) {
        why ??= told;
        return [{ kind: 'end', why: told }];
      }
      return isKnown ? [] : [{ kind: 'failed', why: told }];
    },
    get why() {
      return why;
    },
  };
};
