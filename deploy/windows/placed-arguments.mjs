// Words of a command that name files, with their whole path: the program runs in another folder.
import { resolve } from 'node:path';

/** Options whose value is a file or folder that may not be there yet. */
const FILES_TO_BE = new Set(['--out', '--folder', '--to', '-o']);

/**
 * @param {readonly string[]} words
 * @param {(name: string) => string | undefined} placeOf whole path of a file that is there
 */
export const placedArguments = (words, placeOf) =>
  words.map((word, index) => {
    if (FILES_TO_BE.has(words[index - 1]) && word !== '-') return resolve(word);
    // The first word says what to do, even where a folder has its name.
    if (index === 0 || word === '' || word.startsWith('-')) return word;
    return placeOf(word) ?? word;
  });
