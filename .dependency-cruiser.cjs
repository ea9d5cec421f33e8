// Who may import whom. Each rule is named for what it protects.
const tests = '\\.test\\.ts$|\\.bench\\.ts$|/testing/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'contracts-stand-alone',
      comment: 'What crosses a process boundary knows nothing but protobuf.',
      severity: 'error',
      from: { path: '^libs/contracts/', pathNot: tests },
      to: { pathNot: ['^libs/contracts/', 'node_modules/@bufbuild/protobuf'] },
    },
    {
      name: 'pure-core',
      comment: 'The codec and the mesh library take clock, randomness, files and loggers as arguments.',
      severity: 'error',
      from: { path: '^libs/(codec|meshtastic)/', pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'libs-by-layer',
      severity: 'error',
      from: { path: '^libs/(codec|meshtastic|service)/src', pathNot: tests },
      to: { path: '^libs/', pathNot: '^libs/contracts/|^libs/$1/' },
    },
    {
      name: 'zstd-stands-alone',
      comment: 'It fits the port of the codec by its shape, so that tests of the codec can use it.',
      severity: 'error',
      from: { path: '^libs/zstd/src', pathNot: tests },
      to: { path: '^libs/', pathNot: '^libs/zstd/' },
    },
    {
      name: 'certificates-stand-alone',
      comment: 'They are files and TLS; whoever needs them gives clock and randomness.',
      severity: 'error',
      from: { path: '^libs/certificates/src', pathNot: tests },
      to: { path: '^libs/', pathNot: '^libs/certificates/' },
    },
    {
      name: 'simulator-by-layer',
      severity: 'error',
      from: { path: '^libs/simulator/src', pathNot: tests },
      to: { path: '^libs/', pathNot: '^libs/(contracts|meshtastic|simulator)/' },
    },
    {
      name: 'libs-never-import-apps',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-never-import-apps',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: '^apps/gateway/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'gateway-imports-what-apps-export',
      severity: 'error',
      from: { path: '^apps/gateway/' },
      to: { path: '^apps/', pathNot: '^apps/gateway/|^apps/[^/]+/src/index\\.ts$' },
    },
    {
      name: 'projects-by-name',
      comment: 'Another project is imported by its package name, never by a path into it.',
      severity: 'error',
      from: { path: '^(libs|apps)/([^/]+)/' },
      to: { path: '^(libs|apps)/', pathNot: '^$1/$2/', dependencyTypes: ['local'] },
    },
    {
      name: 'test-code-in-tests',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: [tests, '^libs/testkit/'] },
      to: { path: ['^libs/testkit/', '^libs/[^/]+/src/testing/'] },
    },
    {
      name: 'declared',
      comment: 'What is imported stands in the package.json.',
      severity: 'error',
      from: { pathNot: ['^(vitest\\.config|scripts/)', tests] },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], pathNot: '^(libs|apps)/' },
    },
    {
      name: 'development-dependencies-in-tests',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: [tests, '^libs/testkit/'] },
      to: { dependencyTypes: ['npm-dev'], pathNot: '^(libs|apps)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/' },
    combinedDependencies: false,
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@cotbus/source', 'types', 'import', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
};
