/** The certificates of testdata/certificates. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const givenFile = (name: string): string =>
  fileURLToPath(new URL(`../../../../testdata/certificates/${name}`, import.meta.url));
export const givenText = (name: string): string => readFileSync(givenFile(name), 'utf8');
export const givenBytes = (name: string): Uint8Array => new Uint8Array(readFileSync(givenFile(name)));

/** All of them hold then. */
export const GIVEN_NOW_MS = Date.UTC(2030, 0, 1);
