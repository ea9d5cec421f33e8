import { isIP } from 'node:net';

/**
 * Whether a request's Host header names us.
 *
 * A web page elsewhere can point a name of its own at 127.0.0.1 or at an address of this network (DNS rebinding).
 * The browser then takes our answers for that page's own, and every position is readable to it. Its requests still
 * carry the foreign name in Host, so only names that no stranger can own are answered: IP addresses, `localhost`,
 * and what the operator has configured.
 */
export const isOwnHost = (header: string | undefined, hostNames: readonly string[]): boolean => {
  const parts = /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([^:[\]/@\s]{1,253}))(?::\d{1,5})?$/.exec(header ?? '');
  if (parts === null) return false;
  const [, v6, name = ''] = parts;
  if (v6 !== undefined) return isIP(v6) === 6;
  const plain = withoutRootDot(name);
  return isIP(plain) === 4 || plain === 'localhost' || hostNames.some((own) => withoutRootDot(own) === plain);
};

/** Names are the same in any case, and with the dot of the root. */
const withoutRootDot = (name: string): string => name.toLowerCase().replace(/\.$/, '');
