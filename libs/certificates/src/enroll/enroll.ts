/**
 * Gets a certificate from a TAK server, as ATAK does: configuration, request, signature, profile. The key is made here and
 * stays here.
 */
import type { X509Certificate } from 'node:crypto';
import { checkCredentials } from '../check-credentials.ts';
import { chainOf } from '../chain-of.ts';
import type { Credentials } from '../credentials.ts';
import { refused } from '../fault.ts';
import type { CertificateFault, Refused } from '../fault.ts';
import { importKeys } from '../keys.ts';
import { makeRequest } from '../make-request.ts';
import type { SubjectPart } from '../make-request.ts';
import { readP12 } from '../read-p12.ts';
import { readCertificateConfig, readSigned } from './enrolment-answers.ts';
import type { Signed } from './enrolment-answers.ts';
import { openEnrolmentServer } from './enrolment-http.ts';
import type { Answer, Ask, EnrolmentServer, Talk } from './enrolment-http.ts';
import { createPrivateKey } from 'node:crypto';

export interface EnrolmentWish extends EnrolmentServer {
  readonly user: string;
  /** Left out where `client` says who asks. */
  readonly password?: string | undefined;
  /** Of the gateway, as the server shall know it. */
  readonly clientUid: string;
  /**
   * Version of a client that knows channels. With one, the server marks the certificate so that its user begins with all
   * channels switched off; left out, all of them stay on, as a program that nobody watches needs it.
   */
  readonly version?: string | undefined;
}

export interface Enrolled {
  readonly ok: true;
  readonly credentials: Credentials & { readonly key: string; readonly cert: string };
  readonly leaf: X509Certificate;
  /** A zip of preferences, if the server has one for everybody who enrols. */
  readonly profile: Uint8Array | undefined;
  readonly warnings: readonly CertificateFault[];
}

/** @param key PEM of the private key, RSA; it must be kept before it is used */
export const enroll = async (wish: EnrolmentWish, key: string, nowMs: number): Promise<Enrolled | Refused> => {
  if (wish.user === '' || wish.user.includes(':'))
    return refused('bad_name', 'A user name has no colon and is not empty.');
  const opened = await openEnrolmentServer(wish);
  if (!opened.ok) return opened;
  const talk = withLogin(opened.talk, wish);
  const config = await askConfig(talk, wish);
  if (!config.ok) return config;
  const request = await makeRequest(await importKeys(key), [['CN', wish.user], ...config.parts]);
  const signed = await askSignature(talk, wish, request);
  if (!signed.ok) return signed;
  const checked = check(wish, signed, key, nowMs);
  if (!checked.ok) return checked;
  return { ...checked, ...(await askProfile(talk, wish, checked.warnings)) };
};

type TalkAs = (ask: Omit<Ask, 'login'>) => Promise<Answer | Refused>;

/** Refusals that mean the same everywhere. */
const withLogin =
  (talk: Talk, { host, port, user, password }: EnrolmentWish): TalkAs =>
  async (ask) => {
    const answer = await talk({ ...ask, ...(password !== undefined && { login: { user, password } }) });
    if (!answer.ok) return answer;
    const server = `${host}:${port}`;
    if (password === undefined && (answer.status === 401 || answer.status === 403 || answer.status === 404)) {
      return refused('login_refused', `${server}: the certificate of ${user} is not enough there to get another one.`);
    }
    if (answer.status === 401) {
      return refused('login_refused', `${server}: user ${user} and the password do not go together.`);
    }
    if (answer.status === 403)
      return refused('login_refused', `${server}: user ${user} may not enrol: ask its administrator.`);
    if (answer.status >= 500)
      return refused('refused_by_server', `${server}: it failed (HTTP ${answer.status}): look at its log.`);
    return answer;
  };

const askConfig = async (
  talk: TalkAs,
  { host, port }: EnrolmentWish,
): Promise<{ readonly ok: true; readonly parts: readonly SubjectPart[] } | Refused> => {
  const answer = await talk({ method: 'GET', path: '/Marti/api/tls/config', accept: 'application/xml, text/xml' });
  if (!answer.ok) return answer;
  const parts = answer.status === 200 ? readCertificateConfig(answer.bytes.toString('utf8')) : undefined;
  return parts === undefined
    ? refused(
        'not_an_enrolment_server',
        `${host}:${port}: no TAK server that enrols answers there (HTTP ${answer.status}). Its enrolment port is 8446 unless told otherwise.`,
      )
    : { ok: true, parts };
};

type SignatureAnswer = ({ readonly ok: true } & Signed) | Refused;

const askSignature = async (talk: TalkAs, wish: EnrolmentWish, request: string): Promise<SignatureAnswer> => {
  const { clientUid, version, host, port } = wish;
  const query = new URLSearchParams({ clientUid, ...(version !== undefined && { version }) });
  const answer = await talk({
    method: 'POST',
    path: `/Marti/api/tls/signClient/v2?${query.toString()}`,
    accept: 'application/json',
    body: request,
  });
  if (!answer.ok) return answer;
  if (answer.status === 404) return askOldSignature(talk, wish, request, query);
  const signed = answer.status === 200 ? readSigned(answer.bytes.toString('utf8')) : undefined;
  return signed === undefined
    ? refused('refused_by_server', `${host}:${port}: it signed nothing (HTTP ${answer.status}): look at its log.`)
    : { ok: true, ...signed };
};

/** What servers set in the first version of the call. */
const OLD_PASSPHRASE = 'atakatak';

const askOldSignature = async (
  talk: TalkAs,
  { host, port }: EnrolmentWish,
  request: string,
  query: URLSearchParams,
): Promise<SignatureAnswer> => {
  const path = `/Marti/api/tls/signClient?${query.toString()}`;
  const answer = await talk({ method: 'POST', path, accept: '*/*', body: request });
  if (!answer.ok) return answer;
  const read = answer.status === 200 ? readP12(answer.bytes, 'the answer', OLD_PASSPHRASE) : undefined;
  const all = read?.ok === true ? read.certificates : [];
  const leaf = all.find(({ ca }) => !ca);
  return leaf === undefined
    ? refused('refused_by_server', `${host}:${port}: it signed nothing (HTTP ${answer.status}): look at its log.`)
    : { ok: true, leaf, others: all.filter((other) => other !== leaf) };
};

const check = (
  { host, port }: EnrolmentWish,
  { leaf, others }: Signed,
  key: string,
  nowMs: number,
): Omit<Enrolled, 'profile'> | Refused => {
  const privateKey = createPrivateKey(key);
  const server = `${host}:${port}`;
  if (!leaf.checkPrivateKey(privateKey)) return refused('key_mismatch', `${server}: it signed another key than ours.`);
  const { chain, ca } = chainOf(leaf, others);
  if (ca.length === 0) return refused('no_ca', `${server}: it sent no certificate authority along.`);
  const { faults, warnings } = checkCredentials({ leaf, key: privateKey, chain, ca }, { role: 'client', nowMs });
  if (faults[0] !== undefined) return refused(faults[0].reason, `${server}: ${faults[0].detail}`);
  const credentials = { key, cert: leaf.toString(), chain: chain.map(String), ca: ca.map(String) };
  return { ok: true, credentials, leaf, warnings };
};

/** Nobody has to have one. */
const askProfile = async (
  talk: TalkAs,
  { clientUid, host, port }: EnrolmentWish,
  warnings: readonly CertificateFault[],
) => {
  const path = `/Marti/api/tls/profile/enrollment?${new URLSearchParams({ clientUid }).toString()}`;
  const answer = await talk({ method: 'GET', path, accept: '*/*' });
  const none = { profile: undefined };
  if (!answer.ok) {
    const detail = `${host}:${port}: the certificate is there, its profile is not (${answer.detail})`;
    return { ...none, warnings: [...warnings, { reason: answer.reason, detail }] };
  }
  return answer.status === 200 && answer.bytes.length > 0 ? { profile: new Uint8Array(answer.bytes) } : none;
};
