/**
 * An active/standby pair as two processes around a real broker, hurt while items come. It takes half a minute, so it runs when
 * it is asked for: COTBUS_PAIR_FAULTS=kill,pause,broker. The short form is apps/tak-egress/src/pair/pair.test.ts.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createMessage, DEFAULT_ROOT, Kind, LinkState, reasonText } from '@cotbus/contracts';
import type { ServiceStatus } from '@cotbus/contracts';
import { createMqttBus, streamOpener, systemClock } from '@cotbus/service';
import { silentLog } from '@cotbus/service/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findMosquitto, startMosquitto } from './mosquitto.ts';
import { createProcesses } from './process.ts';
import type { RunningProcess } from './process.ts';
import { until } from './wait.ts';

const FAULTS = process.env['COTBUS_PAIR_FAULTS']?.split(',') ?? [];
const program = fileURLToPath(new URL('../apps/tak-egress/dist/main.js', import.meta.url));
const isBuilt = existsSync(program);
// oxlint-disable-next-line no-console -- a test that did not run should say how it would
if (!isBuilt && FAULTS.length > 0) console.warn('skipped: the egress is not built, `npm run build` does that');
const mosquitto = FAULTS.length > 0 ? findMosquitto() : undefined;

const WAIT_MS = 40_000;
const ITEM_MS = 25;
const RETRY_MS = 400;
const LIFE_MS = 3_600_000;
const LEASE_SECONDS = 1.5;

/** A TAK server that keeps the uids that came. */
const startServer = async () => {
  const uids = new Set<string>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    let rest = '';
    sockets.add(socket.on('error', () => undefined));
    socket.on('data', (chunk) => {
      rest += chunk.toString();
      for (const [, uid = ''] of rest.matchAll(/ uid="([^"]*)"[^>]*>/g)) uids.add(uid);
      rest = rest.slice(rest.lastIndexOf('<event'));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, uids };
};

const startSite = async (file: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-pair-'));
  const processes = createProcesses();
  onTestFinished(async () => {
    await processes.endAll();
    rmSync(folder, { recursive: true, force: true });
  });
  const broker = await startMosquitto(processes, file, folder);
  const server = await startServer();
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const start = (instance: 'a' | 'b'): RunningProcess => {
    const own = join(folder, instance);
    mkdirSync(own);
    const config = join(own, 'cotbus.json');
    const links = [{ name: 'server', kind: 'tcp', host: '127.0.0.1', port: server.port, silenceSeconds: 0 }];
    const tak = { listen: { enabled: false }, links, pair: { instance, leaseSeconds: LEASE_SECONDS } };
    writeFileSync(
      config,
      JSON.stringify({ bus: { url }, journals: { folder: join(own, 'data') }, log: { level: 'warn' }, tak }),
    );
    return processes.start({
      name: instance,
      file: process.execPath,
      args: [program, '--config', config],
      folder: own,
    });
  };
  const bus = createMqttBus({
    root: DEFAULT_ROOT,
    clientId: 'watcher',
    openStream: streamOpener(url),
    clock: systemClock,
    random: Math.random,
    log: silentLog(),
  });
  onTestFinished(() => bus.close());
  return { broker, server, bus, start };
};

/** Items as an origin offers them, again until they are settled, and what is told of them. */
const offerItems = async ({ bus }: Awaited<ReturnType<typeof startSite>>) => {
  const outcomes = new Map<number, Set<string>>();
  const settled = new Set<number>();
  const offeredMs = new Map<number, number>();
  await bus.subscribe('outcome', { owner: 'tak' }, (batch) => {
    for (const [index, { item, reason }] of (batch?.outcomes ?? []).entries()) {
      // A copy may come again: an outcome is its number.
      const name = `${batch?.nonce}/${batch?.incarnation}/${(batch?.firstNumber ?? 0) + index} ${reasonText(reason)}`;
      const seq = item?.seq ?? 0;
      outcomes.set(seq, (outcomes.get(seq) ?? new Set()).add(name));
    }
  });
  await bus.subscribe('receipt', { origin: 'radio' }, (receipt) => {
    for (const { first, last } of receipt?.settled ?? []) for (let seq = first; seq <= last; seq += 1) settled.add(seq);
  });
  const offer = (seq: number): void => {
    offeredMs.set(seq, performance.now());
    bus.publish(
      'rxResult',
      createMessage('rxResult', {
        item: {
          id: { origin: 'radio', incarnation: 1, nonce: 7n, seq },
          low: 1,
          attempt: 1,
          addressed: [{ destination: 'tak', sink: 'tak', assignment: 1, lifeMs: LIFE_MS }],
        },
        kind: Kind.CHAT,
        mesh: 'mesh',
        node: 1,
        port: 78,
        packetId: seq,
        frameHash: BigInt(seq),
        result: {
          case: 'event',
          value: {
            uid: `event-${seq}`,
            type: 'b-t-f',
            how: 'h-g-i-g-o',
            kind: Kind.CHAT,
            staleAfterMs: LIFE_MS,
            detail: `<remarks>${seq}</remarks>`,
          },
        },
      }),
    );
  };
  let last = 0;
  const next = setInterval(() => {
    last += 1;
    offer(last);
  }, ITEM_MS);
  const again = setInterval(() => {
    for (const [seq, atMs] of offeredMs) if (!settled.has(seq) && performance.now() - atMs > RETRY_MS) offer(seq);
  }, RETRY_MS);
  onTestFinished(() => {
    clearInterval(next);
    clearInterval(again);
  });
  return {
    outcomes,
    settled,
    count: () => last,
    stop: () => clearInterval(next),
  };
};

describe.skipIf(!isBuilt || mosquitto === undefined)('a pair of egresses, as processes', () => {
  it(`loses nothing and ends each item once: ${FAULTS.join(', ')}`, { timeout: 180_000 }, async () => {
    const site = await startSite(mosquitto ?? '');
    const { bus, broker, server } = site;
    const statuses = new Map<string, ServiceStatus>();
    await bus.subscribe('serviceStatus', { name: 'tak-egress' }, (said) => said && statuses.set(said.instance, said));
    const instances = new Map([
      ['a', site.start('a')],
      ['b', site.start('b')],
    ]);
    const hasRole = (instance: string, role: string, whole: boolean): boolean => {
      const status = statuses.get(`tak.${instance}`);
      const link = status?.links.find(({ name }) => name === 'pair');
      return status?.online === true && link?.address === `tak: ${role}` && (!whole || link.state === LinkState.OPEN);
    };
    const activeOf = (whole: boolean): string | undefined =>
      ['a', 'b'].find((one) => hasRole(one, 'active', whole) && hasRole(one === 'a' ? 'b' : 'a', 'standby', whole));
    const paired = (): Promise<void> => until('a pair', WAIT_MS, () => activeOf(true) !== undefined);
    await paired();
    const items = await offerItems(site);
    await until('first outcomes', WAIT_MS, () => items.settled.size > 20);

    for (const fault of FAULTS) {
      await paired();
      const active = activeOf(true) ?? '';
      const other = active === 'a' ? 'b' : 'a';
      const hurt = instances.get(active);
      const before = items.count();
      if (fault === 'broker') {
        await broker.running.kill();
        broker.running.start();
        await broker.untilUp();
      } else {
        if (fault === 'pause') hurt?.pause();
        else await hurt?.kill();
        await until(`${other} active`, WAIT_MS, () => hasRole(other, 'active', false));
        if (fault === 'pause') hurt?.resume();
        else hurt?.start();
      }
      await until(`items after ${fault}`, WAIT_MS, () => [...items.settled].some((seq) => seq > before + 20));
    }
    items.stop();
    await paired();
    const all = Array.from({ length: items.count() }, (_, at) => at + 1);
    await until('all settled', WAIT_MS, () => all.every((seq) => items.settled.has(seq) && items.outcomes.has(seq)));
    expect(all.filter((seq) => items.outcomes.get(seq)?.size !== 1)).toEqual([]);
    expect(all.filter((seq) => ![...(items.outcomes.get(seq) ?? [])].join().includes('delivered'))).toEqual([]);
    await until('all at the server', WAIT_MS, () => all.every((seq) => server.uids.has(`event-${seq}`)));
  });
});
