/** What the package of this program says of it: beside the sources, the built files, and in a package without Node. */
import { readFileSync } from 'node:fs';

const { version, packedFor } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
  /** Such as windows-x64, where somebody unpacked Cotbus; undefined in a clone of the repository. */
  readonly packedFor?: string;
};

export const OWN_VERSION = version;

/** How a person calls this command here. */
export const COMMAND = packedFor === undefined ? 'npx cotbus' : 'cotbus';

/** How a person starts it here. */
export const START = packedFor === undefined ? 'npm start' : 'cotbus up';
/** The same, with options to follow. */
export const START_WITH = packedFor === undefined ? 'npm start --' : START;
