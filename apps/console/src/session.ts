/**
 * Who is asking, and what they may do. A login gives the browser a cookie that is derived from the token: it outlives a
 * restart of the console, ends when the token is changed, and does not tell the token.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { isLoopback, isLoopbackHost } from './loopback.ts';
import type { ConsoleOptions } from './options.ts';
import type { Role, Tokens } from './tokens.ts';

/** What of a request decides. */
interface Asker {
  /** Address of the other end of the socket. */
  readonly remoteAddress: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface Sessions {
  /** Undefined: must log in first. */
  roleOf(asker: Asker): Role | undefined;
  /** By a cookie that a logout would take away. */
  isLoggedIn(asker: Asker): boolean;
  /** The role of a token that somebody typed or followed a link with. */
  roleOfToken(token: string): Role | undefined;
  /** Value for Set-Cookie. */
  cookieOf(role: Role): string;
  readonly noCookie: string;
}

/** A month: a screen on the wall is not logged out over a weekend. */
const COOKIE_SECONDS = 30 * 24 * 60 * 60;
const roles: readonly Role[] = ['operate', 'view'];

/** @param port part of the cookie's name: browsers share cookies between the ports of a host. */
export const createSessions = (
  tokens: Tokens,
  { thisMachine }: Pick<ConsoleOptions, 'thisMachine'>,
  port: () => number,
): Sessions => {
  const proofs = Object.fromEntries(roles.map((role) => [role, proofOf(tokens[role], role)])) as Record<Role, string>;
  const cookieName = (): string => `cotbus_${port()}`;
  const attributes = 'Path=/; HttpOnly; SameSite=Strict';

  const roleOfToken = (token: string): Role | undefined => roles.find((role) => isSame(token, tokens[role]));
  const roleOfCookie = (header: string): Role | undefined => {
    const value = cookieValue(header, cookieName());
    return value === undefined ? undefined : roles.find((role) => isSame(value, proofs[role]));
  };

  return {
    roleOfToken,
    isLoggedIn: ({ headers }) => roleOfCookie(text(headers['cookie'])) !== undefined,
    roleOf: ({ remoteAddress, headers }) => {
      const bearer = /^Bearer (\S{1,200})$/i.exec(text(headers['authorization']))?.[1];
      const known = bearer === undefined ? roleOfCookie(text(headers['cookie'])) : roleOfToken(bearer);
      const free = thisMachine !== 'login' && isOnThisMachine(remoteAddress, headers) ? thisMachine : undefined;
      return known === 'operate' || free === 'operate' ? 'operate' : (known ?? free);
    },
    cookieOf: (role) => `${cookieName()}=${proofs[role]}; Max-Age=${COOKIE_SECONDS}; ${attributes}`,
    get noCookie() {
      return `${cookieName()}=; Max-Age=0; ${attributes}`;
    },
  };
};

const proofOf = (token: string, role: Role): string =>
  createHmac('sha256', token).update(`cotbus console, role ${role}`).digest('base64url');

/** In the same time for every input of the right length; lengths are no secret. */
const isSame = (given: string, wanted: string): boolean => {
  const a = Buffer.from(given);
  const b = Buffer.from(wanted);
  return a.length === b.length && timingSafeEqual(a, b);
};

const cookieValue = (header: string, name: string): string | undefined =>
  header
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`))
    ?.slice(name.length + 1);

/** A proxy on this machine makes everybody look local, but says so. */
const proxyHeaders = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

const isOnThisMachine = (remoteAddress: string | undefined, headers: Asker['headers']): boolean =>
  isLoopback(remoteAddress ?? '') &&
  isLoopbackHost(text(headers['host'])) &&
  proxyHeaders.every((name) => headers[name] === undefined);

const text = (header: string | string[] | undefined): string => (typeof header === 'string' ? header : '');
