import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { systemPorts } from '@cotbus/certificates';
import { CertificateListSchema, ConnectionPackageSchema, createMessage } from '@cotbus/contracts';
import type { Reply } from '@cotbus/contracts';
import { createSealedReader } from '@cotbus/service';
import { testContext } from '@cotbus/service/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openCertificateCommands } from './certificate-commands.ts';
import { takOptions } from './options.ts';

// One pair for all: what is asked is not who signs.
const keys = systemPorts.generateKeys(2048);
const ports = { ...systemPorts, generateKeys: () => keys };

const open = async (options: Record<string, unknown> = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-certificates-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const context = testContext({ name: 'tak-egress', instance: 'tak' });
  await openCertificateCommands(
    { ...context, journals: { ...context.journals, folder } },
    takOptions.parse(options),
    ports,
  );
  const console = context.broker.connect();
  const replies = new Map<string, Reply>();
  const all: Reply[] = [];
  await console.subscribe('reply', {}, (reply, { id }) => {
    if (reply === undefined) return;
    replies.set(id, reply);
    all.push(reply);
  });
  let asked = 0;
  const ask = async (verb: string, given: Record<string, string> = {}, id = `ask-${++asked}`): Promise<Reply> => {
    console.publish('command', createMessage('command', { id, target: 'tak', verb, lifeMs: 5000, arguments: given }));
    await vi.waitFor(() => expect(replies.has(id)).toBe(true), { interval: 5, timeout: 20_000 });
    return replies.get(id) as Reply;
  };
  const listed = async () => fromBinary(CertificateListSchema, (await ask('certificates')).bytes);
  return { ask, listed, all };
};

const wish = { name: 'Anna', client: 'atak', host: '192.168.1.20' };

describe('certificates over the bus', () => {
  it('are listed, given sealed for who asks, and taken back', async () => {
    const { ask, listed } = await open();
    expect(await listed()).toMatchObject({ given: [], authority: '', port: 8089 });
    const reader = createSealedReader();
    const reply = await ask('connection-package', { ...wish, seal: reader.seal });
    expect(reply).toMatchObject({ ok: true, text: '' });
    expect(Buffer.from(reply.bytes).includes('Anna')).toBe(false);
    const made = fromBinary(ConnectionPackageSchema, reader.open(reply.bytes) ?? new Uint8Array());
    expect(made.fileName).toBe('Anna-atak.zip');
    expect(Buffer.from(made.bytes).subarray(0, 2).toString()).toBe('PK');
    expect(made.notes.join()).toContain('certificate of the listener is new');
    const after = await listed();
    expect(after.authority).toMatch(/^Cotbus on /);
    expect(after.serverHosts).toContain('192.168.1.20');
    expect(after.given).toMatchObject([{ name: 'Anna', revoked: false }]);
    expect(await ask('certificate-revoke', { name: 'Anna' })).toMatchObject({
      ok: true,
      text: 'Anna is shut out: 1 certificate(s) revoked.',
    });
    expect((await listed()).given).toMatchObject([{ name: 'Anna', revoked: true }]);
  });

  it('are made once for a command that comes twice', async () => {
    const { ask, listed, all } = await open();
    const { seal } = createSealedReader();
    await Promise.all([
      ask('connection-package', { ...wish, seal }, 'twice'),
      ask('connection-package', { ...wish, seal }, 'twice'),
    ]);
    expect((await listed()).given).toHaveLength(1);
    expect(all.filter(({ id }) => id === 'twice')).toHaveLength(1);
  });

  it.each<[string, Record<string, string>, Record<string, unknown>, RegExp]>([
    ['without a key to seal the answer', { ...wish }, {}, /no key to seal/],
    ['for a program that nobody knows', { ...wish, client: 'maps', seal: 'own' }, {}, /one of atak, itak, wintak/],
    ['for a name with a line break', { ...wish, name: 'A\nB', seal: 'own' }, {}, /control characters/],
    ['for a host that TAK cannot dial', { ...wish, host: 'fe80::1', seal: 'own' }, {}, /IPv6/],
    ['while nobody listens', { ...wish, seal: 'own' }, { listenTls: { enabled: false } }, /switched off/],
    [
      'while another authority is trusted',
      { ...wish, seal: 'own' },
      { listenTls: { tls: { cert: 'a.pem', ca: 'b.pem' } } },
      /an authority of yours/,
    ],
  ])('are not made %s', async (_what, given, options, why) => {
    const { ask, listed } = await open(options);
    const seal = given['seal'] === 'own' ? createSealedReader().seal : given['seal'];
    const reply = await ask('connection-package', { ...given, ...(seal !== undefined && { seal }) });
    expect(reply.ok).toBe(false);
    expect(reply.text).toMatch(why);
    expect((await listed()).given).toEqual([]);
  });

  it('of nobody cannot be taken back', async () => {
    const { ask } = await open();
    expect(await ask('certificate-revoke', { name: 'Nobody' })).toMatchObject({ ok: false });
  });
});
