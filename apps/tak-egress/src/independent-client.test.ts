import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { parseEventXml } from '@cotbus/codec';
import { sdkFixtures } from '@cotbus/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { decodeTakMessage, encodeTakMessage } from './takproto/tak-message.ts';
import { startWorld } from './testing/egress-world.ts';
import { eventResult, meshEvent, phoneXml } from './testing/events.ts';
import { openTlsPhone } from './testing/phone.ts';
import { tlsFile } from './testing/tak-server.ts';

const peers = join(import.meta.dirname, '../../../peers');
const installed = existsSync(join(peers, 'node_modules/@tak-ps'));
// oxlint-disable-next-line no-console -- a test that did not run should say how it would
if (!installed) console.warn('skipped: the independent TAK client is not installed, `npm ci --prefix peers` does that');

const TIMEOUT_MS = 20_000;

describe.skipIf(!installed)('an independent TAK client', () => {
  it(
    'connects to the TLS listener with its certificate, reads what the mesh says and is seen by others',
    async () => {
      const tls = { cert: tlsFile('server.pem'), key: tlsFile('server.key'), ca: tlsFile('ca.pem') };
      const world = await startWorld({
        listen: { enabled: false },
        listenTls: { host: '127.0.0.1', port: 0, tls },
      });
      const address = world.link('listenTls')?.address ?? '';
      await world.hear(eventResult({ seq: 1, event: meshEvent() }));
      const phone = await openTlsPhone(address, 'alpha');
      onTestFinished(() => phone.close());
      await phone.arrived();
      const [, port = ''] = address.split(':');
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [
          join(peers, 'check-tak.mjs'),
          'localhost',
          port,
          tlsFile('alpha.pem'),
          tlsFile('alpha.key'),
          tlsFile('ca.pem'),
          'MESHTASTIC-00000001',
        ],
        { timeout: TIMEOUT_MS },
      );
      expect(JSON.parse(stdout)).toMatchObject({
        ok: true,
        pong: true,
        version: expect.stringMatching(/^Cotbus /),
        features: [
          { id: 'MESHTASTIC-00000001', type: 'a-f-G-U-C', callsign: 'ONE - Node One', at: [11.25, 47.5, 9_999_999] },
        ],
      });
      const [relayed = ''] = await phone.arrived();
      expect(parseEventXml(relayed)).toMatchObject({ ok: true, event: { uid: 'PEER-1', callsign: 'PEER' } });
    },
    TIMEOUT_MS,
  );

  it(
    'reads the protobuf we write, and we read what it writes',
    async () => {
      const { ask, end } = startParser();
      onTestFinished(end);
      const now = Date.UTC(2026, 0, 1);
      const detail =
        '<takv device="d" platform="p" os="o" version="v"/><contact callsign="A &amp; B" endpoint="*:-1:stcp"/>' +
        '<status battery="5"/><track speed="1.5" course="90.25"/><remarks>hello ☃</remarks>';
      const own = await ask({ hex: Buffer.from(encodeTakMessage(phoneXml('ALPHA', now, { detail }))).toString('hex') });
      expect(own.event?.['detail']).toMatchObject({
        contact: { _attributes: { callsign: 'A & B', endpoint: '*:-1:stcp' } },
        takv: { _attributes: { device: 'd', platform: 'p', os: 'o', version: 'v' } },
        status: { _attributes: { battery: '5' } },
        track: { _attributes: { speed: '1.5', course: '90.25' } },
        remarks: { _text: 'hello ☃' },
      });
      const events = [phoneXml('ALPHA', now), ...sdkFixtures().map(({ xml }) => xml)];
      let read = 0;
      for (const xml of events) {
        const { event: before } = parsed(xml);
        const theirs = await ask({ hex: Buffer.from(encodeTakMessage(xml)).toString('hex') });
        // It wants more of some events than clients write, however they come.
        if (theirs.fault?.startsWith('PublicError') === true) continue;
        read += 1;
        expect(theirs).toMatchObject({
          event: {
            _attributes: { uid: before.uid, type: before.type, stale: new Date(before.staleMs).toISOString() },
            point: { _attributes: { lat: before.lat, lon: before.lon } },
          },
        });
        const written = await ask({ xml });
        const ours = decodeTakMessage(Buffer.from(written.hex ?? '', 'hex'));
        expect(ours.ok && parsed(ours.xml ?? '').event.uid).toBe(before.uid);
      }
      expect(read).toBeGreaterThan(0.8 * events.length);
    },
    TIMEOUT_MS,
  );
});

const parsed = (xml: string) => {
  const read = parseEventXml(xml);
  if (!read.ok) throw new TypeError(`${read.detail}: ${xml}`);
  return read;
};

interface Answer extends Readonly<Partial<Record<'xml' | 'hex' | 'fault', string>>> {
  readonly event?: Readonly<Record<string, unknown>>;
}

const startParser = () => {
  const parser = spawn(process.execPath, [join(peers, 'check-takproto.mjs')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: parser.stdout })[Symbol.asyncIterator]();
  return {
    ask: async (question: Answer): Promise<Answer> => {
      parser.stdin.write(`${JSON.stringify(question)}\n`);
      const { value = '{}' } = await lines.next();
      return JSON.parse(value) as Answer;
    },
    end: (): void => void parser.kill(),
  };
};
