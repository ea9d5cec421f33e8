import { readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const projects = ['libs', 'apps'].flatMap((folder) =>
  readdirSync(new URL(folder, import.meta.url)).map((name) => ({ name, root: `${folder}/${name}` })),
);

export default defineConfig({
  // Tests run on the sources: nothing has to be built first.
  ssr: { resolve: { conditions: ['@cotbus/source', 'node', 'import', 'default'] } },
  test: {
    projects: [
      './e2e/vitest.config.ts',
      ...projects.map(({ name, root }) => ({
        extends: true as const,
        root,
        test: { name, include: ['src/**/*.test.ts'], passWithNoTests: true },
      })),
    ],
  },
});
