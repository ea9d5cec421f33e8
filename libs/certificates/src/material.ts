import type { KeyObject, X509Certificate } from 'node:crypto';

/** Keys and certificates of a file, in its order. */
export interface Material {
  readonly ok: true;
  readonly keys: readonly KeyObject[];
  readonly certificates: readonly X509Certificate[];
}
