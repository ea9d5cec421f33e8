import { defineConfig } from 'vitest/config';

export default defineConfig({
  ssr: { resolve: { conditions: ['@cotbus/source', 'node', 'import', 'default'] } },
  // Real processes and sockets: files take turns, so that a run has the machine for itself.
  test: {
    name: 'e2e',
    include: ['*.test.ts'],
    fileParallelism: false,
    sequence: { groupOrder: 1 },
    testTimeout: 60_000,
  },
});
