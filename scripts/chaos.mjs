// `npm run chaos -- --seeds 10`: two sites and a central place as processes, hurt a hundred times at seeded moments; then the
// ledgers are checked. `--topology one-process` hurts the gateway with its embedded broker.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, root, run, setUp } from './setup.mjs';

setUp('development');
build();
run('tsc', ['-b', 'e2e']);
await import(pathToFileURL(join(root, 'e2e/dist/chaos.js')).href);
