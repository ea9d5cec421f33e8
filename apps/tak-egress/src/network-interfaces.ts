/** IPv4 addresses of the network interfaces that a multicast link uses. */
import { networkInterfaces } from 'node:os';

const LOOPBACK = '127.0.0.1';

/**
 * @param wanted names or addresses; empty: every interface but loopback, or loopback alone where there is no other.
 * @returns addresses, sorted; empty while none of the wanted is there.
 */
export const interfaceAddresses = (wanted: readonly string[], all = networkInterfaces()): readonly string[] => {
  const addresses = Object.entries(all).flatMap(([name, entries = []]) =>
    entries.filter(({ family }) => family === 'IPv4').map(({ address, internal }) => ({ name, address, internal })),
  );
  const isWanted = ({ name, address, internal }: (typeof addresses)[number]): boolean =>
    wanted.length === 0 ? !internal : wanted.includes(name) || wanted.includes(address);
  const found = [...new Set(addresses.filter(isWanted).map(({ address }) => address))].toSorted();
  return found.length === 0 && wanted.length === 0 ? [LOOPBACK] : found;
};
