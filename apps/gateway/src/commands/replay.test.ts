import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { meshtastic, reasonText } from '@cotbus/contracts';
import { broadcastPacket } from '@cotbus/simulator';
import { describe, expect, it, onTestFinished } from 'vitest';
import { useCommandRun } from '../testing/command-run.ts';
import { startScene } from '../testing/scene.ts';
import { saidNow } from './replay-tak.ts';

const command = useCommandRun('replay');
const AT = '2026-01-02T03:04:05.000Z';

const xmlOf = (uid: string): string =>
  `<event version="2.0" uid="${uid}" type="a-f-G-U-C" how="h-e" time="${AT}" start="${AT}" stale="2026-01-02T03:14:05.000Z">` +
  '<point lat="1" lon="2" hae="0" ce="0" le="0"/><detail><contact callsign="HQ"/></detail></event>';
const event = (uid: string, ms: number) => ({
  type: 'event',
  at: new Date(Date.parse(AT) + ms).toISOString(),
  way: 'from_tak',
  kind: 'pli',
  xml: xmlOf(uid),
});
const recording = (...entries: readonly object[]): string => {
  const header = { recording: 'cotbus', version: 1, at: AT, by: 'test' };
  const text = [header, ...entries].map((entry) => JSON.stringify(entry)).join('\n');
  return command.file('some.jsonl.gz', gzipSync(`${text}\n`));
};

/** Something that takes TAK events. */
const listen = async () => {
  const chunks: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('data', (chunk) => chunks.push(chunk)).on('end', () => socket.end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, text: () => Buffer.concat(chunks).toString('utf8') };
};

describe('cotbus replay --tak', () => {
  it('sends the events in their order, as if they happened now', async () => {
    const { port, text } = await listen();
    const file = recording(event('A', 0), { type: 'outcome' }, event('B', 5000), event('C', 10_000));
    await command.run(file, '--tak', `127.0.0.1:${port}`, '--speed', '1000');
    expect([...text().matchAll(/uid="(\w)"/g)].map(([, uid]) => uid)).toEqual(['A', 'B', 'C']);
    const time = Date.parse(/time="([^"]+)"/.exec(text())?.[1] ?? '');
    const stale = Date.parse(/stale="([^"]+)"/.exec(text())?.[1] ?? '');
    expect(Math.abs(Date.now() - time)).toBeLessThan(10_000);
    expect(stale - time).toBe(600_000);
    expect(command.printed).toEqual([`3 events sent to 127.0.0.1:${port}, 0 not`]);
  });

  it('says which events it cannot send, and sends the others', async () => {
    const { port, text } = await listen();
    const file = recording({ ...event('A', 0), xml: '<event>\u001b[2J' }, event('B', 0));
    await command.run(file, '--tak', `127.0.0.1:${port}`);
    expect(text()).toContain('uid="B"');
    expect(command.complained).toEqual([expect.stringMatching(/^not sent: garbled/)]);
    // oxlint-disable-next-line no-control-regex
    expect(command.complained.join()).not.toMatch(/\u001b/);
  });

  it.each([
    ['nobody is there', '127.0.0.1:1', /^nothing takes events at 127\.0\.0\.1:1 \(ECONNREFUSED\)$/],
    ['it is no address', 'here', /^--tak: expected host:port$/],
  ])('fails in words when %s', async (_what, tak, words) => {
    await command.run(recording(event('A', 0)), '--tak', tak);
    expect([command.complained, process.exitCode]).toEqual([[expect.stringMatching(words)], 1]);
  });

  it('moves all times of an event alike', () => {
    const said = saidNow({ at: Date.parse(AT), xml: xmlOf('A') }, Date.parse(AT) + 3_600_000);
    expect(said).toMatchObject({ ok: true, xml: expect.stringContaining('time="2026-01-02T04:04:05.000Z"') as string });
  });
});

describe('cotbus replay', () => {
  it.each([
    ['none', () => join(command.folder, 'none'), /none cannot be read \(ENOENT\)$/],
    ['a text', () => command.file('x.txt', 'hello\n'), /x\.txt is no recording of Cotbus$/],
  ])('fails in words when the recording is %s', async (_what, file, words) => {
    await command.run(file());
    expect([command.complained, process.exitCode]).toEqual([[expect.stringMatching(words)], 2]);
  });
});

const program = fileURLToPath(new URL('../../bin/cotbus.mjs', import.meta.url));
const isBuilt = existsSync(new URL('../../dist/commands/replay-bus.js', import.meta.url));

describe.skipIf(!isBuilt)('beside a Cotbus that runs', () => {
  const cotbus = (...args: readonly string[]) => {
    const child = spawn(process.execPath, [program, ...args], { env: { PATH: process.env['PATH'] } });
    let output = '';
    const take = (chunk: Buffer): void => void (output += chunk.toString());
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    onTestFinished(() => void child.kill('SIGKILL'));
    return { child, output: () => output, exit: once(child, 'exit') };
  };

  it('`cotbus record` writes what it hears, and `cotbus replay --bus` brings it again', async () => {
    const scene = await startScene();
    onTestFinished(() => scene.stop());
    // What is said when nobody is there waits for somebody.
    await scene.client();
    const url = scene.busUrl;
    const recorder = cotbus('record', '--bus', url, '--folder', command.folder);
    await expect.poll(recorder.output).toContain('service.started');
    const payload = new TextEncoder().encode('hello from the hill');
    const portnum = meshtastic.PortNum.TEXT_MESSAGE_APP;
    scene.mesh.transmit(broadcastPacket({ from: 0x2001, id: 77, portnum, payload }));
    await scene.outcome('end of the text', ({ packetId }) => packetId === 77);
    recorder.child.kill('SIGTERM');
    await recorder.exit;
    const player = cotbus('replay', command.folder, '--bus', url, '--speed', '100');
    await player.exit;
    expect(player.output()).toMatch(/^replayed: 1 (delivered|no_client|duplicate)$/m);
    const repeated = scene.outcomes.filter(({ item, packetId }) => item?.origin === 'replay' && packetId === 77);
    expect(repeated.map(({ mesh, reason }) => [mesh, reasonText(reason)])).toEqual([['valley', 'duplicate']]);
  });
});
