/** Names of files and zip entries for any uid. */
import { createHash } from 'node:crypto';

/** Leaves room for a suffix in the 255 bytes of every file system. */
const MAX_NAME = 100;
/** Windows takes these for devices, whatever follows behind a dot. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
const NOTHING_LEFT = 'route';

/**
 * Letters, digits, `.`, `-` and `_` of ASCII: no path, no command line and no archive reads anything else into it. Where
 * that is not the whole uid, a part of its hash follows, so that no uid can take the file of another.
 */
export const fileNameOfUid = (uid: string): string => {
  const plain = uid
    .slice(0, MAX_NAME)
    .replaceAll(/[^A-Za-z0-9._-]/g, '_')
    .replaceAll(/\.{2,}/g, '_')
    .replaceAll(/^\.+|\.+$/g, '');
  if (plain === uid && plain !== '' && !RESERVED.test(plain)) return plain;
  const hash = createHash('sha256').update(uid).digest('hex').slice(0, 8);
  return `${plain === '' || RESERVED.test(plain) ? NOTHING_LEFT : plain}-${hash}`;
};
