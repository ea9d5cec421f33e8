/** Files with keys and certificates, bounded. */
import { open } from 'node:fs/promises';
import { codeOf, messageOf, refused } from './fault.ts';
import type { Refused } from './fault.ts';
import type { Material } from './material.ts';
import { readMaterial } from './read-material.ts';

const MAX_FILE_BYTES = 1_048_576;

/** Bytes of a file somebody named, and what is in them. */
export const readMaterialFile = async (path: string, passphrase: string | undefined): Promise<Material | Refused> => {
  try {
    const file = await open(path);
    try {
      const room = new Uint8Array(MAX_FILE_BYTES + 1);
      let length = 0;
      for (;;) {
        const { bytesRead } = await file.read(room, length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      if (length > MAX_FILE_BYTES) return refused('too_large', `${path} is larger than ${MAX_FILE_BYTES} bytes.`);
      return readMaterial(room.subarray(0, length), path, passphrase);
    } finally {
      await file.close();
    }
  } catch (error) {
    return refused('no_file', `${path} cannot be read: ${fileFaults.get(codeOf(error)) ?? messageOf(error)}.`);
  }
};

const fileFaults: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['ENOTDIR', 'there is no such file'],
  ['EISDIR', 'it is a folder'],
  ['EACCES', 'no permission'],
  ['EPERM', 'no permission'],
]);
