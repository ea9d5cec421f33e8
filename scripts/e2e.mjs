// `npm run e2e -- --faults all --seed 5`: real processes around a real broker, faults at seeded moments, ledgers checked.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, root, run, setUp } from './setup.mjs';

setUp('development');
build();
run('tsc', ['-b', 'e2e']);
await import(pathToFileURL(join(root, 'e2e/dist/run.js')).href);
