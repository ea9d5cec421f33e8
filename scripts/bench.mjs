// `npm run bench -- codec|console|custody`: what things cost, measured in one process beside what they stand on.
const benches = { codec: './bench-codec.mjs', console: './bench-console.mjs', custody: './bench-custody.mjs' };
const [name = ''] = process.argv.splice(2, 1);
const file = benches[name];
if (file === undefined) {
  console.error(`npm run bench -- ${Object.keys(benches).join('|')}`);
  process.exit(2);
}
await import(file);
