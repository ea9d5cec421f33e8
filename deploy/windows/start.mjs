// Starts the program of the package. Settings and data are in %LOCALAPPDATA%\Cotbus, where no administrator is needed;
// files that a command names are those of the folder it was said in.
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { placedArguments } from './placed-arguments.mjs';

const given = process.argv.slice(2);
// Another folder for those who want one, such as a service: --home FOLDER in front of all.
const [, named] = given[0] === '--home' ? given.splice(0, 2) : [];
const { LOCALAPPDATA, USERPROFILE } = process.env;
const home = named ?? join(LOCALAPPDATA || join(USERPROFILE || '.', 'AppData', 'Local'), 'Cotbus');
const words = placedArguments(given, (name) => {
  const path = resolve(name);
  return existsSync(path) ? path : undefined;
});

mkdirSync(home, { recursive: true });
process.chdir(home);
// By a double click nothing is said: then it runs.
if (words.length === 0) console.log(`Settings and data are in ${home}`);
process.argv.splice(2, Infinity, ...(words.length === 0 ? ['up'] : words));
const main = resolve(import.meta.dirname, 'apps/gateway/dist/main.js');
await import(pathToFileURL(main).href);
