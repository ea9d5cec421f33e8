import { hostname, networkInterfaces } from 'node:os';

/**
 * Names and addresses under which this machine may be called: what a listener's certificate is for, unless somebody says
 * more. The first address that others can reach comes first.
 */
export const ownHosts = (): readonly string[] => {
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  const outer = addresses.filter(({ internal }) => !internal).map(({ address }) => address);
  const v4First = outer.toSorted((a, b) => Number(a.includes(':')) - Number(b.includes(':')));
  // Link-local addresses are called with the name of an interface, which certificates do not know.
  const lasting = v4First.filter((address) => !address.startsWith('fe80:'));
  return [...new Set([...lasting, hostname().toLowerCase(), 'localhost', '127.0.0.1', '::1'])].slice(0, MAX_HOSTS);
};

/** Machines with containers have many. */
const MAX_HOSTS = 16;

/** What people see in their clients: "Cotbus on basecamp". */
export const ownAuthorityName = (): string => `Cotbus on ${hostname().split('.')[0]?.slice(0, 40) ?? 'this machine'}`;
