/** A secret in a file of its own, as container engines hand them out. */
import { readFileSync, statSync } from 'node:fs';

/** Larger than any secret. */
const MAX_SECRET_BYTES = 64 * 1024;

/** The text of the file; undefined when it cannot be read or is no secret by its size. */
export const readSecretFile = (file: string): string | undefined => {
  try {
    return statSync(file).size > MAX_SECRET_BYTES ? undefined : readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};
