// `npm run golden`: writes testdata/golden and testdata/compression-report.md anew from the events in testdata/cot. It runs
// the very tests that compare them, told to write; see libs/codec/src/golden.test.ts.
import { run, setUp } from './setup.mjs';

setUp('development');
run('vitest', ['run', '--project', 'codec', 'src/golden.test.ts'], {
  env: { ...process.env, COTBUS_GOLDEN: 'write' },
});
