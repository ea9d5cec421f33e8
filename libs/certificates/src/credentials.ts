/** What one end of a TLS link needs of files: who it is, and whom it trusts. */
import type { SecureContextOptions } from 'node:tls';

/** All of it PEM. */
export interface Credentials {
  /** PKCS#8, unencrypted. Undefined, as `cert`, where only `ca` was given. */
  readonly key: string | undefined;
  /** Of that key. */
  readonly cert: string | undefined;
  /** Its issuers up to, and without, the root. */
  readonly chain: readonly string[];
  /** Who is trusted; empty: those that Node knows. */
  readonly ca: readonly string[];
}

/**
 * As `tls.connect` and `tls.createServer` take them. Every certificate of `ca` is an anchor, intermediate ones as well: so
 * do ATAK and the truststores made for it. Node heeds that where it connects; a server of Node 20 needs the root in `ca`.
 */
export const tlsOptions = ({
  key,
  cert,
  chain,
  ca,
}: Credentials): SecureContextOptions & { readonly allowPartialTrustChain: true } => ({
  ...(key !== undefined && { key }),
  ...(cert !== undefined && { cert: [cert, ...chain].join('') }),
  ...(ca.length > 0 && { ca: [...ca] }),
  minVersion: 'TLSv1.2',
  allowPartialTrustChain: true,
});
