/** Under which address a phone gets what was made for it. Pure. */
import { isIP } from 'node:net';
import { isLoopback, isLoopbackHost } from './loopback.ts';

export interface LinkPlace {
  /** `Host` of the request that asked for it. */
  readonly asked: string;
  /** Where the console listens. */
  readonly listens: { readonly host: string; readonly port: number };
  /** Under which the phone reaches the listener: perhaps the same machine. */
  readonly wished: string;
  readonly hostNames: readonly string[];
}

/**
 * `host:port` for the link. The one that the person at the page used, unless only this machine knows it; undefined when
 * no other machine reaches the console.
 */
export const linkHost = ({ asked, listens, wished, hostNames }: LinkPlace): string | undefined => {
  if (!isLoopbackHost(asked)) return asked;
  if (isLoopback(listens.host) || isLoopbackHost(listens.host)) return undefined;
  const isKnown = isIP(wished) !== 0 || hostNames.some((name) => name.toLowerCase() === wished.toLowerCase());
  if (!isKnown || isLoopback(wished)) return undefined;
  return `${isIP(wished) === 6 ? `[${wished}]` : wished}:${listens.port}`;
};
