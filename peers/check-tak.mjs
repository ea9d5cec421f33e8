// Connects to a TAK server over TLS with the client packages of the CloudTAK project, which share no code with Cotbus.
// Usage: node check-tak.mjs HOST PORT CERT KEY CA UID. It says who it is (PEER-1), waits for the answer to its ping and for
// an event of UID, and reads all that came. One line of JSON on stdout; exit code 0 when all of it came, else 1.
import { readFileSync } from 'node:fs';
import { CoTParser } from '@tak-ps/node-cot';
import TAK from '@tak-ps/node-tak';

const DEADLINE_MS = 15_000;
const [host, port, cert, key, ca, uid] = process.argv.slice(2);
if (!uid) throw new Error('usage: check-tak.mjs HOST PORT CERT KEY CA UID');

const seen = { pong: false, version: '', features: [] };
let finished = false;
const finish = (fault) => {
  if (finished) return;
  finished = true;
  const line = JSON.stringify({ ok: fault === undefined, ...seen, ...(fault && { fault }) });
  process.stdout.write(`${line}\n`, () => process.exit(fault === undefined ? 0 : 1));
};
setTimeout(() => finish('out of time'), DEADLINE_MS);
process.on('uncaughtException', (error) => finish(String(error)));

const read = (file) => readFileSync(file, 'utf8');
const tak = await TAK.connect(new URL(`ssl://${host}:${port}`), {
  cert: read(cert),
  key: read(key),
  ca: read(ca),
  rejectUnauthorized: true,
});
const check = () => {
  seen.version = tak.version ?? '';
  if (seen.pong && seen.features.some(({ id }) => id === uid)) finish();
};
tak.on('error', (error) => finish(String(error)));
tak.on('end', () => finish('the server hung up'));
tak.on('ping', () => {
  seen.pong = true;
  check();
});
tak.on('cot', async (cot) => {
  const { id, properties, geometry } = await CoTParser.to_geojson(cot);
  seen.features.push({ id, type: properties.type, callsign: properties.callsign, at: geometry.coordinates });
  check();
});
const self = await CoTParser.from_geojson({
  id: 'PEER-1',
  type: 'Feature',
  properties: {
    type: 'a-f-G-U-C',
    how: 'm-g',
    callsign: 'PEER',
    contact: { callsign: 'PEER', endpoint: '*:-1:stcp' },
    group: { name: 'Cyan', role: 'Team Member' },
  },
  geometry: { type: 'Point', coordinates: [11.25, 47.5, 800] },
});
await tak.write([self]);
