/** The address that a person opens in a browser; who follows it is logged in. */
import { isLoopbackHost } from './loopback.ts';
import type { ConsoleOptions } from './options.ts';
import { openTokens } from './tokens.ts';

/** @throws ServiceError when the tokens cannot be read or made. */
export const loginLink = async (
  options: Pick<ConsoleOptions, 'host' | 'port' | 'name' | 'tokens' | 'thisMachine'>,
  dataFolder: string,
): Promise<string> => {
  const page = pageUrl(options);
  if (options.thisMachine === 'operate' && isLoopbackHost(options.host)) return page;
  const { operate } = await openTokens(options, dataFolder);
  return linkWith(page, operate);
};

/** @param page with the slash at its end */
export const linkWith = (page: string, token: string): string => `${page}login?token=${encodeURIComponent(token)}`;

/** Where nobody in particular is listened on, this machine reaches it as localhost. */
const pageUrl = ({ host, port }: Pick<ConsoleOptions, 'host' | 'port'>): string => {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}/`;
};
