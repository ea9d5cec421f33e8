/** Names of people and devices: in certificates as they are, in file names so that every system takes them. */
import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { refused } from './fault.ts';
import type { Refused } from './fault.ts';

/** What a common name of a certificate may have: RFC 5280, ub-common-name. */
const MAX_NAME = 64;
// Controls, line and paragraph separators, marks that turn text around, lone surrogates.
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** @returns undefined if it can be one */
export const clientNameFault = (name: string): Refused | undefined => {
  if (name.trim() === '' || name !== name.trim()) {
    return refused('bad_name', 'A name needs a character that is no space, and no space at its ends.');
  }
  if (Array.from(name).length > MAX_NAME) return refused('bad_name', `A name has at most ${MAX_NAME} characters.`);
  if (UNPRINTABLE.test(name)) return refused('bad_name', 'A name cannot have control characters in it.');
  return undefined;
};

/** @returns undefined if ATAK can dial it: it divides host:port:protocol at the colons, so IPv6 addresses are out */
export const hostFault = (host: string): Refused | undefined => {
  if (isIP(host) === 4 || (HOST_NAME.test(host) && !/^[\d.]+$/.test(host))) return undefined;
  const why =
    isIP(host) === 6
      ? 'TAK clients cannot dial an IPv6 address: give a name or an IPv4 address'
      : 'expected a host name or an IPv4 address';
  return refused('bad_name', `The host cannot be used: ${why}.`);
};

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/**
 * A file name of letters, digits, `.`, `-` and `_` for any text. Where that is not the whole text, a part of its hash
 * follows, so that two texts do not share a file.
 */
export const fileNameOf = (text: string): string => {
  const plain = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9_.-]+|\.{2,}/g, '-')
    .slice(0, 40)
    .replaceAll(/^[.-]+|[.-]+$/g, '');
  if (plain !== '' && plain === text && !RESERVED.test(plain)) return plain;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return plain === '' ? hash : `${plain.replaceAll('.', '-')}-${hash}`;
};

/** Windows takes these for devices, whatever follows behind a dot. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
