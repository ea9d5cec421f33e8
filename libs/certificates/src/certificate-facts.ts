/** What a certificate says, in words and dates. */
import type { X509Certificate } from 'node:crypto';

/** On one line: "CN=gateway, O=TAK". */
export const subjectText = ({ subject }: X509Certificate): string => (subject ?? '').split('\n').join(', ');

export const isSelfIssued = (certificate: X509Certificate): boolean => certificate.checkIssued(certificate);

/** An authority, or a certificate that vouches for itself: trusted as it is. */
export const isAuthority = (certificate: X509Certificate): boolean => certificate.ca || isSelfIssued(certificate);

export const beginOf = (certificate: X509Certificate): Date => new Date(certificate.validFrom);
export const endOf = (certificate: X509Certificate): Date => new Date(certificate.validTo);

/** The day of a date, as people read it everywhere: 2027-03-31. */
export const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

/** From this on it should be renewed: two thirds of its life. */
export const renewalDueMs = (certificate: X509Certificate): number => {
  const begin = beginOf(certificate).getTime();
  return begin + ((endOf(certificate).getTime() - begin) * 2) / 3;
};

/** Names and addresses a certificate is for. */
export const certificateNames = (certificate: X509Certificate): readonly string[] => {
  const alternatives = (certificate.subjectAltName ?? '')
    .split(', ')
    .flatMap((entry) => /^(?:DNS|IP Address):(.+)$/.exec(entry)?.[1] ?? []);
  if (alternatives.length > 0) return alternatives;
  return /^CN=(.+)$/m.exec(certificate.subject ?? '')?.slice(1) ?? [];
};
