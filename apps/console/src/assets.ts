/** The files of the page, read once at start. They lie beside src and dist alike: nothing has to be copied or bundled. */
import { readFileSync } from 'node:fs';

export interface Asset {
  readonly contentType: string;
  readonly body: Buffer;
}

const html = 'text/html; charset=utf-8';
const javascript = 'text/javascript; charset=utf-8';
const css = 'text/css; charset=utf-8';

/** Path in the URL → file and type. A closed list: no path from outside ever reaches the file system. */
const files = {
  '/': ['index.html', html],
  '/style.css': ['style.css', css],
  '/app.js': ['app.js', javascript],
  '/cards.js': ['cards.js', javascript],
  '/elements.js': ['elements.js', javascript],
  '/map.js': ['map.js', javascript],
  '/reasons.js': ['reasons.js', javascript],
  '/tables.js': ['tables.js', javascript],
  '/words.js': ['words.js', javascript],
} as const;

/** @throws when a file is missing: the installation is damaged. */
export const readAssets = (): ReadonlyMap<string, Asset> =>
  new Map(
    Object.entries(files).map(([path, [file, contentType]]) => [
      path,
      { contentType, body: readFileSync(new URL(`../assets/${file}`, import.meta.url)) },
    ]),
  );
