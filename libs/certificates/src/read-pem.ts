/** PEM: blocks of base64 with anything between them. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { codeOf, messageOf, refused } from './fault.ts';
import type { Refused } from './fault.ts';
import type { Material } from './material.ts';

const CERTIFICATE = /^(?:X509 |TRUSTED )?CERTIFICATE$/;
const KEY = /^(?:RSA |EC |DSA |ENCRYPTED )?PRIVATE KEY$/;

export const readPem = (text: string, name: string, passphrase: string | undefined): Material | Refused => {
  const keys: KeyObject[] = [];
  const certificates: X509Certificate[] = [];
  for (const { label, block } of blocksOf(text)) {
    if (KEY.test(label)) {
      const key = readKey(block, name, passphrase);
      if (!key.ok) return key;
      keys.push(key.key);
    } else if (CERTIFICATE.test(label)) {
      try {
        certificates.push(new X509Certificate(block));
      } catch (error) {
        return refused(
          'garbled',
          `${name}: certificate ${certificates.length + 1} cannot be read (${messageOf(error)}).`,
        );
      }
    }
  }
  if (keys.length === 0 && certificates.length === 0) {
    return refused('garbled', `${name} is PEM, but has no whole certificate or private key in it.`);
  }
  return { ok: true, keys, certificates };
};

const BEGIN = /-----BEGIN ([A-Z0-9 ]{1,64})-----/g;

/** Each from its first line to its last; one without an end, and what is behind it, does not count. */
function* blocksOf(text: string): Generator<{ readonly label: string; readonly block: string }> {
  let from = 0;
  for (const begin of text.matchAll(BEGIN)) {
    const [, label = ''] = begin;
    if (begin.index < from) continue;
    const end = `-----END ${label}-----`;
    const at = text.indexOf(end, begin.index);
    if (at < 0) return;
    from = at + end.length;
    yield { label, block: text.slice(begin.index, from) };
  }
}

const readKey = (
  block: string,
  name: string,
  passphrase: string | undefined,
): { readonly ok: true; readonly key: KeyObject } | Refused => {
  try {
    return { ok: true, key: createPrivateKey({ key: block, ...(passphrase !== undefined && { passphrase }) }) };
  } catch (error) {
    const encrypted = block.includes('ENCRYPTED');
    if (encrypted && (passphrase === undefined || codeOf(error) === 'ERR_MISSING_PASSPHRASE')) {
      return refused('passphrase_missing', `The private key in ${name} is encrypted: give its passphrase.`);
    }
    if (/unsupported/i.test(messageOf(error))) {
      return refused(
        'unsupported',
        `The private key in ${name} is of a kind that Node cannot read (${messageOf(error)}).`,
      );
    }
    return encrypted
      ? refused('passphrase_wrong', `The passphrase does not open the private key in ${name}.`)
      : refused('garbled', `The private key in ${name} cannot be read (${messageOf(error)}).`);
  }
};
