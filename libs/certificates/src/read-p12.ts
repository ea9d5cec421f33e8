/**
 * PKCS#12 as TAK servers, OpenSSL, Windows and Java write it. Not with Node's own reader: OpenSSL 3 refuses RC2-40, which
 * TAK Server writes by default, and truststores without a key.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import forge from 'node-forge';
import { messageOf, refused } from './fault.ts';
import type { Refused } from './fault.ts';
import type { Material } from './material.ts';

const { asn1, pki, pkcs12, util } = forge;
type Pfx = forge.pkcs12.Pkcs12Pfx;
type Bag = forge.pkcs12.Bag;

/** Java takes 10 000, Windows 2 000; more than this would stop the process for minutes. */
const MAX_ITERATIONS = 1_000_000;

export const readP12 = (bytes: Uint8Array, name: string, passphrase: string | undefined): Material | Refused => {
  const file = parseFile(bytes);
  if (file === undefined)
    return refused('garbled', `${name} is not a whole PKCS#12 file (.p12): it is damaged or cut off.`);
  if (mostIterations(file) > MAX_ITERATIONS) {
    return refused('unsupported', `${name} asks for more than ${MAX_ITERATIONS} rounds of key derivation.`);
  }
  const opened = openP12(bytes, name, passphrase);
  if (!opened.ok) return opened;
  const bags = opened.pfx.safeContents.flatMap(({ safeBags }) => safeBags);
  try {
    return {
      ok: true,
      keys: bags.filter(({ type }) => isKeyBag(type)).map(keyOf),
      certificates: bags.filter(({ type }) => type === pki.oids['certBag']).map(certificateOf),
    };
  } catch (error) {
    return refused('garbled', `${name} opens, but what is in it cannot be read (${messageOf(error)}).`);
  }
};

const parseFile = (bytes: Uint8Array): forge.asn1.Asn1 | undefined => {
  try {
    const file = asn1.fromDer(util.createBuffer(Buffer.from(bytes).toString('binary')), false);
    return isSequence(file) && file.value.length >= 2 ? file : undefined;
  } catch {
    return undefined;
  }
};

const isSequence = (node: forge.asn1.Asn1): node is forge.asn1.Asn1 & { value: forge.asn1.Asn1[] } =>
  node.type === asn1.Type.SEQUENCE && Array.isArray(node.value);

/**
 * The largest round count of the file: of its MAC, and wherever a sequence begins with a salt and an integer, as parameters
 * of key derivation do. Data in octet strings is looked into as well.
 */
const mostIterations = (node: forge.asn1.Asn1, depth = 0): number => {
  if (depth > 24) return 0;
  if (!Array.isArray(node.value)) {
    const inner = node.type === asn1.Type.OCTETSTRING && typeof node.value === 'string' ? derIn(node.value) : undefined;
    return inner === undefined ? 0 : mostIterations(inner, depth + 1);
  }
  const children = node.value;
  const counts = children.map((child) => mostIterations(child, depth + 1));
  const rounds = children.find(
    ({ type, tagClass }, index) =>
      type === asn1.Type.INTEGER &&
      tagClass === asn1.Class.UNIVERSAL &&
      children[index - 1]?.type === asn1.Type.OCTETSTRING,
  );
  if (typeof rounds?.value === 'string') counts.push(Number(`0x${util.bytesToHex(rounds.value) || '0'}`));
  return Math.max(0, ...counts);
};

const derIn = (text: string): forge.asn1.Asn1 | undefined => {
  if (text.charCodeAt(0) !== 0x30) return undefined;
  try {
    return asn1.fromDer(util.createBuffer(text), false);
  } catch {
    return undefined;
  }
};

type Opened = { readonly ok: true; readonly pfx: Pfx } | Refused;

const openP12 = (bytes: Uint8Array, name: string, passphrase: string | undefined): Opened => {
  // Without a passphrase: OpenSSL writes an empty text there, others none at all.
  const words = passphrase === undefined || passphrase === '' ? ['', undefined] : [passphrase];
  let last: unknown;
  for (const word of words) {
    try {
      return { ok: true, pfx: openWith(bytes, word) };
    } catch (error) {
      last = error;
    }
  }
  const message = messageOf(last);
  if (/unsupported|not supported|only .* supported/i.test(message)) {
    return refused(
      'unsupported',
      `${name} is PKCS#12 of a kind that cannot be read (${message}). Write it anew: ${REWRITE}`,
    );
  }
  if (!/MAC could not be verified|decrypt|wrong password|invalid/i.test(message)) {
    return refused('garbled', `${name} is not a whole PKCS#12 file (${message}).`);
  }
  return passphrase === undefined || passphrase === ''
    ? refused(
        'passphrase_missing',
        `${name} is protected by a passphrase: give it. TAK servers set atakatak unless told otherwise.`,
      )
    : refused(
        'passphrase_wrong',
        `The passphrase does not open ${name}. TAK servers set atakatak unless told otherwise.`,
      );
};

const REWRITE = 'openssl pkcs12 -in FILE.p12 -out ALL.pem -nodes';

/** forge changes what it reads, so each try parses anew. Throws what forge throws. */
const openWith = (bytes: Uint8Array, passphrase: string | undefined): Pfx => {
  const file = (): forge.asn1.Asn1 => parseFile(bytes) ?? throwGarbled();
  try {
    return pkcs12.pkcs12FromAsn1(file(), false, passphrase);
  } catch (error) {
    // The MAC takes the passphrase as UTF-16, AES as UTF-8, and forge knows one form. It has checked the MAC by now.
    const checked = !messageOf(error).includes('MAC');
    if (!checked || passphrase === undefined || !/[^\u0020-\u007e]/.test(passphrase)) throw error;
    const unsealed = file();
    (unsealed.value as forge.asn1.Asn1[]).length = 2;
    return pkcs12.pkcs12FromAsn1(unsealed, false, util.encodeUtf8(passphrase));
  }
};

const throwGarbled = (): never => {
  throw new TypeError('garbled');
};

const isKeyBag = (type: string): boolean => type === pki.oids['pkcs8ShroudedKeyBag'] || type === pki.oids['keyBag'];

/** Of RSA forge makes a key; of everything else it leaves the ASN.1. */
const keyOf = ({ key, asn1: info }: Bag): KeyObject =>
  createPrivateKey({
    key: derOf(key ? pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(key)) : info),
    format: 'der',
    type: 'pkcs8',
  });

const certificateOf = ({ cert, asn1: info }: Bag): X509Certificate =>
  new X509Certificate(derOf(cert ? pki.certificateToAsn1(cert) : info));

const derOf = (node: forge.asn1.Asn1): Buffer => Buffer.from(asn1.toDer(node).getBytes(), 'binary');
