// `npm start`: installs and builds what is missing, then `cotbus up`. Arguments go to it: `npm start -- --config my.yaml`.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, root, setUp } from './setup.mjs';

setUp('runtime');
build();
process.argv.splice(2, 0, 'up');
await import(pathToFileURL(join(root, 'apps/gateway/dist/main.js')).href);
