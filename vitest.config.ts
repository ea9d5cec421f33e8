import { readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const projects = ['libs', 'apps'].flatMap((folder) =>
  readdirSync(new URL(folder, import.meta.url)).map((name) => ({ name, root: `${folder}/${name}` })),
);

export default defineConfig({
  // Tests run on the sources: nothing has to be built first.
  ssr: { resolve: { conditions: ['@cotbus/source', 'node', 'import', 'default'] } },
  test: {
    // How long until a wait is called a failure, not how long anything takes: a busy machine must not fail a test.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    // On two processors the default is one file at a time, and most of them wait for sockets.
    maxWorkers: 2,
    projects: [
      './e2e/vitest.config.ts',
      { extends: true as const, root: 'scripts', test: { name: 'scripts', include: ['**/*.test.mjs'] } },
      ...projects.map(({ name, root }) => ({
        extends: true as const,
        root,
        test: { name, include: ['src/**/*.test.ts'], passWithNoTests: true },
      })),
    ],
  },
});
