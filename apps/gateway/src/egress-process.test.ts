/** The egress as a process of its own, killed with SIGKILL while events wait for a server that is away. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createMessage, DEFAULT_ROOT, Kind, reasonText } from '@cotbus/contracts';
import type { Bus } from '@cotbus/service';
import { createMqttBus, streamOpener, systemClock } from '@cotbus/service';
import { silentLog } from '@cotbus/service/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startBroker } from './broker.ts';

const program = fileURLToPath(new URL('../../tak-egress/dist/main.js', import.meta.url));
const isBuilt = existsSync(program);
// oxlint-disable-next-line no-console -- a test that did not run should say how it would
if (!isBuilt) console.warn('skipped: the egress is not built, `npm run build` does that');

const EVENTS = 40;
const WAIT_MS = 20_000;
const LIFE_MS = 3_600_000;

const until = async (what: string, is: () => boolean): Promise<void> => {
  const end = performance.now() + WAIT_MS;
  while (!is()) {
    if (performance.now() > end) throw new Error(`no ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
};

/** A server that keeps the uids of what comes, in order. */
const startServer = async (port: number) => {
  const uids: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    let rest = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      rest += chunk.toString();
      for (let end = rest.indexOf('</event>'); end !== -1; end = rest.indexOf('</event>')) {
        uids.push(/ uid="([^"]*)"/.exec(rest)?.[1] ?? '');
        rest = rest.slice(end + '</event>'.length);
      }
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    uids,
    stop: async (): Promise<void> => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

const startSite = async (queueSeconds: number) => {
  const broker = await startBroker();
  onTestFinished(() => broker.close());
  const door = await broker.listen('127.0.0.1', 0);
  if ('fault' in door) throw new Error(door.fault);
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-egress-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const bus = createMqttBus({
    root: DEFAULT_ROOT,
    clientId: 'watcher',
    openStream: streamOpener(`mqtt://127.0.0.1:${door.port}`),
    clock: systemClock,
    random: Math.random,
    log: silentLog(),
  });
  onTestFinished(() => bus.close());
  const seen = { waiting: -1, outcomes: new Map<string, string[]>() };
  await bus.subscribe('serviceStatus', { name: 'tak-egress' }, (status) => {
    seen.waiting = status?.links.find(({ name }) => name === 'server')?.waiting ?? -1;
  });
  await bus.subscribe('outcome', {}, (batch) => {
    for (const [index, { uid, reason }] of (batch?.outcomes ?? []).entries()) {
      // A copy may come again: an outcome is its number.
      const told = seen.outcomes.get(uid) ?? [];
      const line = `${batch?.incarnation}/${(batch?.firstNumber ?? 0) + index} ${reasonText(reason)}`;
      seen.outcomes.set(uid, told.includes(line) ? told : [...told, line]);
    }
  });
  const start = (serverPort: number): ChildProcess => {
    const config = join(folder, 'cotbus.json');
    writeFileSync(
      config,
      JSON.stringify({
        bus: { url: `mqtt://127.0.0.1:${door.port}` },
        journals: { folder: join(folder, 'data') },
        log: { level: 'fatal' },
        tak: {
          listen: { enabled: false },
          queue: { seconds: queueSeconds },
          links: [{ name: 'server', kind: 'tcp', host: '127.0.0.1', port: serverPort }],
        },
      }),
    );
    const child = spawn(process.execPath, [program, '--config', config], { stdio: 'inherit' });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  };
  return { bus, seen, start };
};

const publish = (bus: Bus): void => {
  for (let seq = 1; seq <= EVENTS; seq++) {
    bus.publish(
      'rxResult',
      createMessage('rxResult', {
        item: {
          id: { origin: 'radio', incarnation: 1, nonce: 7n, seq },
          low: 1,
          attempt: 1,
          addressed: [{ destination: 'tak', sink: 'tak', assignment: 1, lifeMs: LIFE_MS }],
        },
        kind: Kind.PLI,
        mesh: 'valley',
        node: seq,
        port: 78,
        packetId: seq,
        frameHash: BigInt(seq),
        result: {
          case: 'event',
          value: {
            uid: `N${seq}`,
            type: 'a-f-G-U-C',
            how: 'm-g',
            kind: Kind.PLI,
            staleAfterMs: 900_000,
            lat: 47.5,
            lon: 11.25,
            hae: 9_999_999,
            ce: 9_999_999,
            le: 9_999_999,
            detail: '<contact callsign="A"/>',
          },
        },
      }),
    );
  }
};

const killed = async (child: ChildProcess): Promise<void> => {
  child.kill('SIGKILL');
  await once(child, 'exit');
};
const uids = Array.from({ length: EVENTS }, (_, index) => `N${index + 1}`);

describe.skipIf(!isBuilt)('an egress that is killed while a server is away', () => {
  it('brings everything in order when both are back, and each item ends once', async () => {
    const gone = await startServer(0);
    await gone.stop();
    const { bus, seen, start } = await startSite(300);
    const first = start(gone.port);
    await until('egress', () => seen.waiting === 0);
    publish(bus);
    await until('events that wait', () => seen.waiting === EVENTS);
    expect(seen.outcomes.size).toBe(0);
    await killed(first);
    const second = start(gone.port);
    await until('the egress back', () => seen.waiting === EVENTS);
    await killed(second);
    const server = await startServer(gone.port);
    onTestFinished(() => server.stop());
    const third = start(gone.port);
    await until('all events', () => server.uids.includes(`N${EVENTS}`) && seen.outcomes.size === EVENTS);
    expect(server.uids.slice(0, EVENTS + 1)).toEqual(['COTBUS-tak', ...uids]);
    for (const uid of uids) expect(seen.outcomes.get(uid)).toEqual([expect.stringMatching(/^\d+\/\d+ delivered$/)]);
    await killed(third);
  });

  it('ends what has waited for too long, once each', async () => {
    const gone = await startServer(0);
    await gone.stop();
    const { bus, seen, start } = await startSite(4);
    const first = start(gone.port);
    await until('egress', () => seen.waiting === 0);
    publish(bus);
    await until('events that wait', () => seen.waiting === EVENTS);
    await killed(first);
    const second = start(gone.port);
    await until('all outcomes', () => seen.outcomes.size === EVENTS);
    await new Promise((resolve) => {
      setTimeout(resolve, 500);
    });
    for (const uid of uids) expect(seen.outcomes.get(uid)).toEqual([expect.stringMatching(/^\d+\/\d+ expired$/)]);
    await killed(second);
  });
});
