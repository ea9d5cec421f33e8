import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const projects = ['libs', 'apps'].flatMap((folder) => readdirSync(root + folder).map((name) => `${folder}/${name}`));
/** What `exclude` of each tsconfig leaves out. */
const leftOut = /\.test\.ts$|\.bench\.ts$|(^|\/)testing\//;
const development = /from '(vitest|fast-check|@cotbus\/testkit|@cotbus\/[a-z-]+\/testing[a-z/-]*)'/;

describe('what `npm start` compiles', () => {
  it.each(projects)('%s leaves out tests, benches and test support', (project) => {
    const { exclude } = JSON.parse(readFileSync(`${root}${project}/tsconfig.json`, 'utf8')) as { exclude: string[] };
    expect(exclude).toEqual(['src/**/*.test.ts', 'src/**/*.bench.ts', 'src/**/testing']);
  });

  it.each(projects)('%s needs no package that only development installs', (project) => {
    const source = `${root}${project}/src`;
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !leftOut.test(file.replaceAll('\\', '/')),
    );
    const guilty = files.filter((file) => development.test(readFileSync(`${source}/${file}`, 'utf8')));
    // The test kit is test support as a whole.
    expect(project === 'libs/testkit' ? [] : guilty).toEqual([]);
  });

  it.each(projects)('%s has the types that it compiles with among what it runs with', (project) => {
    const { devDependencies = {} } = JSON.parse(readFileSync(`${root}${project}/package.json`, 'utf8')) as {
      devDependencies?: Record<string, string>;
    };
    expect(Object.keys(devDependencies).filter((name) => name.startsWith('@types/'))).toEqual([]);
  });
});
