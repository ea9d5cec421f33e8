import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topics } from '@cotbus/contracts';
import { connect } from 'mqtt';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startComposeSite } from './compose-site.ts';
import type { ComposeSite } from './compose-site.ts';
import { labelNumber } from './label.ts';
import { findMosquitto } from './mosquitto.ts';
import { createProcesses } from './process.ts';
import { startRadios } from './radio.ts';
import type { SimulatedSite } from './radio.ts';
import { isBuilt, ROOT } from './service-config.ts';
import { connectTakRecorder } from './tak.ts';
import { until } from './wait.ts';

const mosquitto = findMosquitto();
const START_MS = 180_000;
const WAIT_MS = 15_000;
const WORK_MS = 60_000;

const COTBUS = join(ROOT, 'apps/gateway/bin/cotbus.mjs');
const cotbus = (folder: string, ...args: readonly string[]) =>
  spawnSync(process.execPath, [COTBUS, ...args], { cwd: folder, encoding: 'utf8' });

const makeFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-compose-'));
  cpSync(join(ROOT, 'docker-compose.yml'), join(folder, 'docker-compose.yml'));
  cpSync(join(ROOT, 'deploy'), join(folder, 'deploy'), { recursive: true });
  return folder;
};

/** The plugin of docker, or the program by itself. */
const compose = [['docker', 'compose'], ['docker-compose']].find(([program = '', ...first]) => {
  const { status, stdout } = spawnSync(program, [...first, 'version', '--short'], { encoding: 'utf8' });
  return status === 0 && /^v?2\./.test(stdout);
});
if (compose === undefined) process.stderr.write('Skipped: docker compose config, which is not installed.\n');

describe.skipIf(!isBuilt())('cotbus init --compose', () => {
  const folder = makeFolder();
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const args = ['init', '--compose', '--mesh', 'valley', '--radio', 'base=10.0.0.9', 'hill=/dev/ttyUSB0'];
  beforeAll(() => void cotbus(folder, ...args), START_MS);

  it('writes a site once, with secrets that only its owner reads', { timeout: START_MS }, () => {
    expect(statSync(join(folder, 'site/secrets/radio-hill')).mode & 0o777).toBe(0o600);
    const before = readFileSync(join(folder, 'site/secrets/console'), 'utf8');
    const again = cotbus(folder, ...args);
    expect(again).toMatchObject({ status: 2 });
    expect(again.stderr).toContain('left as it is');
    expect(readFileSync(join(folder, 'site/secrets/console'), 'utf8')).toBe(before);
  });

  it.skipIf(compose === undefined)('is understood by docker compose', () => {
    const [program = '', ...first] = compose ?? [];
    const read = spawnSync(program, [...first, 'config', '--format', 'json'], { cwd: folder, encoding: 'utf8' });
    expect(read.stderr).toBe('');
    const { services } = JSON.parse(read.stdout) as {
      services: Record<string, { read_only?: boolean; user?: string }>;
    };
    expect(Object.keys(services).toSorted()).toEqual(
      ['codec-worker', 'console', 'mosquitto', 'radio-base', 'radio-hill', 'route-packager', 'tak-egress'].toSorted(),
    );
    for (const service of Object.values(services)) {
      expect(service).toMatchObject({ read_only: true, restart: 'unless-stopped', cap_drop: ['ALL'] });
      expect(service.user).not.toMatch(/^0:/);
    }
  });
});

describe.skipIf(mosquitto === undefined || !isBuilt())('the site of docker-compose.yml, as processes', () => {
  const folder = makeFolder();
  const processes = createProcesses();
  const clients: MqttClient[] = [];
  let radios: SimulatedSite;
  let site: ComposeSite;

  const enter = async (user: string): Promise<MqttClient> => {
    const client = connect(`mqtt://127.0.0.1:${site.broker.port}`, {
      username: user,
      password: site.password(user),
      reconnectPeriod: 0,
    });
    clients.push(client);
    await new Promise((resolve, reject) => {
      client.once('connect', resolve).once('error', reject);
    });
    return client;
  };

  beforeAll(async () => {
    radios = await startRadios(['valley', 'valley'], 7, 1);
    const addresses = radios.radios.map(({ radio }, index) => `r${index}=127.0.0.1:${radio.port}`);
    cotbus(folder, 'init', '--compose', '--mesh', 'valley', '--radio', ...addresses);
    site = await startComposeSite(processes, mosquitto ?? '', { folder, workers: 3 });
  }, START_MS);
  afterAll(async () => {
    for (const client of clients) client.end(true);
    await processes.endAll();
    await radios.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    'lets each service do its work with what the broker grants it',
    async () => {
      const port = Number(
        /"address":"127\.0\.0\.1:(\d+)"/.exec(site.services.get('tak-egress-1')?.output() ?? '')?.[1],
      );
      const client = connectTakRecorder('phone', 'tak', port);
      await until('the phone connects', WAIT_MS, () => client.connected);
      for (let number = 1; number <= 20; number += 1) radios.transmit(number);
      const heard = (): number => new Set(client.sightings.map(({ label }) => label && JSON.stringify(label))).size;
      await until('the events arrive', WAIT_MS, () => heard() >= 15);
      client.close();
      const env = {
        COTBUS_BUS_URL: `mqtt://127.0.0.1:${site.broker.port}`,
        COTBUS_BUS_USERNAME: 'operator',
        COTBUS_BUS_PASSWORD_FILE: join(folder, 'site/secrets/operator'),
      };
      const asked = spawnSync(process.execPath, [COTBUS, 'outcomes', '--past', '--reason', 'delivered'], {
        env: { PATH: process.env['PATH'] ?? '', ...env },
        encoding: 'utf8',
      });
      expect(asked.stdout.split('\n').length).toBeGreaterThan(15);
    },
    2 * WAIT_MS,
  );

  it(
    'loses nothing when its workers are killed in their work',
    async () => {
      const port = Number(
        /"address":"127\.0\.0\.1:(\d+)"/.exec(site.services.get('tak-egress-1')?.output() ?? '')?.[1],
      );
      const client = connectTakRecorder('phone', 'tak', port);
      await until('the phone connects', WAIT_MS, () => client.connected);
      let number = 1000;
      const say = (): void => {
        for (let count = 0; count < 20; count += 1) radios.transmit((number += 1));
      };
      for (const name of ['codec-worker-1', 'codec-worker-2', 'codec-worker-3']) {
        const worker = site.services.get(name);
        say();
        await worker?.kill();
        say();
        worker?.start();
      }
      // A chat is never replaced by a newer one; every fifth is one, and every 23rd of all is off the globe.
      const chats = Array.from({ length: number - 1000 }, (_, index) => 1001 + index).filter(
        (each) => each % 5 === 0 && each % 23 !== 0,
      );
      const seen = (): readonly (number | undefined)[] =>
        client.sightings.flatMap(({ label }) => (label?.startsWith('rx') === true ? [labelNumber(label)] : []));
      await until('every chat arrives', WORK_MS, () => chats.every((each) => seen().includes(each)));
      expect(seen().filter((each) => chats.includes(each ?? 0)).length).toBe(chats.length);
      client.close();
    },
    2 * WORK_MS,
  );

  it('keeps strangers out', async () => {
    const stranger = connect(`mqtt://127.0.0.1:${site.broker.port}`, { reconnectPeriod: 0 });
    clients.push(stranger);
    const refusal = await new Promise<Error>((resolve) => {
      stranger.once('error', resolve);
    });
    expect(refusal.message).toMatch(/not authorized/i);
  });

  it('grants each user its own topics and no others', async () => {
    const operator = await enter('operator');
    const got = new Set<string>();
    operator.on('message', (topic) => got.add(topic));
    await operator.subscribeAsync('cotbus/v1/#');
    const levels = { '<port>': '78', '<kind>': 'pli', '<num>': '0000000a', '<hash>': 'h' };
    const fill = (pattern: string, who: string): string =>
      `cotbus/v1/${pattern
        .split('/')
        .map((level) => (level.startsWith('<') ? ((levels as Record<string, string>)[level] ?? who) : level))
        .join('/')}`;
    const others: string[] = [];
    for (const user of ['radio-r0', 'codec-worker', 'tak-egress', 'route-packager', 'console', 'meshtastic']) {
      const own = user.replace('radio-', '');
      const client = await enter(user);
      for (const { pattern } of Object.values(topics)) {
        // What only one may say under its own name, said under another's.
        if (!/<(agent|owner|name)>/.test(pattern) || (user === 'codec-worker' && pattern.endsWith('/tx'))) continue;
        others.push(fill(pattern, `not-${own}`));
        await client.publishAsync(fill(pattern, `not-${own}`), 'x', { qos: 1 });
      }
      await client.publishAsync('cotbus/v1/reply/last', user, { qos: 1 });
    }
    await until('the last reply', WAIT_MS, () => got.has('cotbus/v1/reply/last'));
    expect(others.length).toBeGreaterThan(30);
    expect(others.filter((topic) => got.has(topic))).toEqual([]);
  });
});
