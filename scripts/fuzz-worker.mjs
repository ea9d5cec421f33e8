// A process of its own for `scripts/fuzz.mjs`: what crashes, hangs or eats memory does it here. Batches come as messages.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './setup.mjs';

const built = pathToFileURL(join(root, 'node_modules/.cache/codec-fuzz/fuzz/testing/campaign.js'));
const { runBatch } = await import(built.href);

process.on('message', (batch) => {
  const result = runBatch(batch);
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  process.send?.({ ...result, memory: { peakBytes, keptBytes: heapUsed + arrayBuffers } });
});
process.send?.('ready');
