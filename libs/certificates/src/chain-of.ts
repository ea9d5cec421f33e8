import type { X509Certificate } from 'node:crypto';
import { isAuthority, isSelfIssued } from './certificate-facts.ts';

export interface Chain {
  /** Issuers of the leaf, in order, without the root. */
  readonly chain: readonly X509Certificate[];
  /** Every authority among the certificates. */
  readonly ca: readonly X509Certificate[];
}

/** Puts what lies beside a certificate in order. */
export const chainOf = (leaf: X509Certificate, all: readonly X509Certificate[]): Chain => {
  const chain: X509Certificate[] = [];
  let at = leaf;
  while (!isSelfIssued(at)) {
    const issuer = all.find((other) => isIssuedBy(at, other) && !chain.includes(other));
    if (issuer === undefined || isSelfIssued(issuer)) break;
    chain.push(issuer);
    at = issuer;
  }
  return { chain, ca: all.filter((other) => other !== leaf && isAuthority(other)) };
};

const isIssuedBy = (certificate: X509Certificate, issuer: X509Certificate): boolean =>
  certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
