/** What can be wrong with certificate files, and with a server that gives some out. docs/CERTIFICATES.md explains each. */

export const certificateReasons = [
  'no_file',
  'too_large',
  'not_certificates',
  'garbled',
  'unsupported',
  'passphrase_missing',
  'passphrase_wrong',
  'no_certificate',
  'no_key',
  'no_ca',
  'key_mismatch',
  'expired',
  'not_yet_valid',
  'expires_soon',
  'chain_incomplete',
  'wrong_usage',
  'name_mismatch',
  'unusable',
  'untrusted',
  'refused_by_server',
  'unreachable',
  'not_an_enrolment_server',
  'login_refused',
  'bad_name',
  'unknown_name',
  'not_written',
] as const;

export type CertificateReason = (typeof certificateReasons)[number];

export interface CertificateFault {
  readonly reason: CertificateReason;
  /** For a person: what is wrong with which file, and what to do. May hold text of the file: escape it at output. */
  readonly detail: string;
}

export interface Refused extends CertificateFault {
  readonly ok: false;
}

export const refused = (reason: CertificateReason, detail: string): Refused => ({ ok: false, reason, detail });

/** `message` of an error, or the thing itself. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** `code` of an error of Node, such as ENOENT; empty without one. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
