/**
 * PKCS#12 as old clients read it: everything under PBE with SHA-1 and 3DES, MAC with SHA-1, 2048 rounds. Newer encryption is
 * refused by ATAK on many devices, and the RC2 of older files by OpenSSL 3.
 *
 *     PFX { version 3, data { EncryptedData { certificates }, data { shrouded key } }, MAC }
 */
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import forge from 'node-forge';
import type { CertificatePorts } from './ports.ts';

const { asn1, pki, pkcs12, util } = forge;
type Asn1 = forge.asn1.Asn1;

const ROUNDS = 2048;
const SALT_BYTES = 8;
const MAC_BYTES = 20;

/** Not among forge's names: tells Java that a certificate without a key is there to be trusted, for whatever use. */
const TRUSTED_KEY_USAGE = '2.16.840.1.113894.746875.1.1';
const ANY_USAGE = '2.5.29.37.0';

export interface P12Content {
  /** PEM; left out in a truststore. */
  readonly key?: string;
  /** PEM; the first one is of the key. */
  readonly certificates: readonly string[];
  /** What keystores show people. */
  readonly friendlyName: string;
}

export const buildP12 = (
  content: P12Content,
  passphrase: string,
  ports: Pick<CertificatePorts, 'randomBytes'>,
): Uint8Array => {
  const certificates = content.certificates.map((pem) => new X509Certificate(pem));
  const first = certificates[0];
  const keyId = first && createHash('sha1').update(first.raw).digest('binary');
  const bags = certificates.map(({ raw }, index) =>
    certificateBag(raw.toString('binary'), attributesOf(content, index, keyId)),
  );
  const parts = [encryptedData(bags, passphrase, ports)];
  if (content.key !== undefined) parts.push(dataInfo(sequence(keyBag(content.key, content, keyId, passphrase, ports))));
  const safe = asn1.toDer(sequence(...parts)).getBytes();
  const file = sequence(integer(3), dataInfo(octets(safe), false), macOf(safe, passphrase, ports));
  return new Uint8Array(Buffer.from(asn1.toDer(file).getBytes(), 'binary'));
};

const node = (type: forge.asn1.Type, constructed: boolean, value: string | Asn1[]): Asn1 =>
  asn1.create(asn1.Class.UNIVERSAL, type, constructed, value);
const sequence = (...children: Asn1[]): Asn1 => node(asn1.Type.SEQUENCE, true, children);
const setOf = (...children: Asn1[]): Asn1 => node(asn1.Type.SET, true, children);
const octets = (bytes: string): Asn1 => node(asn1.Type.OCTETSTRING, false, bytes);
const integer = (value: number): Asn1 => node(asn1.Type.INTEGER, false, asn1.integerToDer(value).getBytes());
const oid = (dotted: string | undefined): Asn1 => node(asn1.Type.OID, false, asn1.oidToDer(dotted ?? '').getBytes());
const explicit = (child: Asn1): Asn1 => asn1.create(asn1.Class.CONTEXT_SPECIFIC, 0, true, [child]);

/** @param wrap the child's DER in an octet string, as data has it */
const dataInfo = (child: Asn1, wrap = true): Asn1 =>
  sequence(oid(pki.oids['data']), explicit(wrap ? octets(asn1.toDer(child).getBytes()) : child));

const encryptedData = (
  bags: readonly Asn1[],
  passphrase: string,
  ports: Pick<CertificatePorts, 'randomBytes'>,
): Asn1 => {
  const { algorithm, encrypt } = threeDes(passphrase, ports);
  const cipherText = asn1.create(
    asn1.Class.CONTEXT_SPECIFIC,
    0,
    false,
    encrypt(asn1.toDer(sequence(...bags)).getBytes()),
  );
  return sequence(
    oid(pki.oids['encryptedData']),
    explicit(sequence(integer(0), sequence(oid(pki.oids['data']), algorithm, cipherText))),
  );
};

const keyBag = (
  key: string,
  content: P12Content,
  keyId: string | undefined,
  passphrase: string,
  ports: Pick<CertificatePorts, 'randomBytes'>,
): Asn1 => {
  const { algorithm, encrypt } = threeDes(passphrase, ports);
  const plain = createPrivateKey(key).export({ type: 'pkcs8', format: 'der' }).toString('binary');
  const shrouded = sequence(algorithm, octets(encrypt(plain)));
  return sequence(oid(pki.oids['pkcs8ShroudedKeyBag']), explicit(shrouded), attributesOf(content, 0, keyId));
};

const certificateBag = (der: string, attributes: Asn1): Asn1 =>
  sequence(
    oid(pki.oids['certBag']),
    explicit(sequence(oid(pki.oids['x509Certificate']), explicit(octets(der)))),
    attributes,
  );

/** The id joins a key and its certificate; a certificate to trust has none. */
const attributesOf = ({ key, friendlyName }: P12Content, index: number, keyId: string | undefined): Asn1 => {
  const name = index === 0 ? friendlyName : `${friendlyName} ${index + 1}`;
  const attributes = [attribute(pki.oids['friendlyName'], node(asn1.Type.BMPSTRING, false, name))];
  if (key === undefined) attributes.push(attribute(TRUSTED_KEY_USAGE, oid(ANY_USAGE)));
  else if (index === 0) attributes.push(attribute(pki.oids['localKeyId'], octets(keyId ?? '')));
  return setOf(...attributes);
};
const attribute = (type: string | undefined, value: Asn1): Asn1 => sequence(oid(type), setOf(value));

/** What the key derivation of PKCS#12 makes of its output: RFC 7292, appendix B.3. */
const KEY = 1;
const IV = 2;
const MAC = 3;

const threeDes = (passphrase: string, { randomBytes }: Pick<CertificatePorts, 'randomBytes'>) => {
  const salt = Buffer.from(randomBytes(SALT_BYTES)).toString('binary');
  const derive = (id: number, length: number) => derived(passphrase, salt, id, length);
  return {
    algorithm: sequence(oid(pki.oids['pbeWithSHAAnd3-KeyTripleDES-CBC']), sequence(octets(salt), integer(ROUNDS))),
    encrypt: (plain: string): string => {
      const cipher = forge.cipher.createCipher('3DES-CBC', derive(KEY, 24));
      cipher.start({ iv: derive(IV, 8) });
      cipher.update(util.createBuffer(plain));
      cipher.finish();
      return cipher.output.getBytes();
    },
  };
};

const macOf = (safe: string, passphrase: string, { randomBytes }: Pick<CertificatePorts, 'randomBytes'>): Asn1 => {
  const salt = Buffer.from(randomBytes(SALT_BYTES)).toString('binary');
  const mac = forge.hmac.create();
  mac.start('sha1', derived(passphrase, salt, MAC, MAC_BYTES));
  mac.update(safe);
  const algorithm = sequence(oid(pki.oids['sha1']), node(asn1.Type.NULL, false, ''));
  return sequence(sequence(algorithm, octets(mac.digest().getBytes())), octets(salt), integer(ROUNDS));
};

const derived = (passphrase: string, salt: string, id: number, length: number) =>
  pkcs12.generateKey(passphrase, util.createBuffer(salt), id, ROUNDS, length);
