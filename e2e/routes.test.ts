/** The route packager as a process that is killed at any moment, beside a real broker. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMessage, decodeMessage, DEFAULT_ROOT, encodeMessage, Kind, reasonText } from '@cotbus/contracts';
import { connectAsync } from 'mqtt';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findMosquitto, startMosquitto } from './mosquitto.ts';
import type { Broker } from './mosquitto.ts';
import { createProcesses } from './process.ts';
import { commandOf, isBuilt, packagerPlan } from './service-config.ts';
import { until } from './wait.ts';

/** `npm run soak -- packager` kills it more often. */
const KILLS = Number(process.env['COTBUS_SOAK_PACKAGER_KILLS'] ?? 2);
/** More than what is settled until the last kill. */
const ROUTES = 12 + 24 * KILLS;
const UIDS = 9;
const START_MS = 20_000;
const TEST_MS = 60_000 + KILLS * START_MS;
/** An item is published again until it is settled. */
const AGAIN_MS = 200;

const mosquitto = findMosquitto();

const resultOf = (seq: number) =>
  createMessage('rxResult', {
    item: {
      id: { origin: 'radio-1', incarnation: 1, nonce: 5n, seq },
      low: 1,
      attempt: 2,
      addressed: [{ destination: 'routes', sink: 'routes', assignment: 1, lifeMs: 3_600_000 }],
    },
    kind: Kind.ROUTE,
    result: {
      case: 'event',
      value: {
        uid: `route-${seq % UIDS}`,
        type: 'b-m-r',
        kind: Kind.ROUTE,
        staleAfterMs: 900_000,
        detail: Array.from({ length: 60 }, (_, at) => `<link type="b-m-p-w" point="${seq / 1000},8.${at}"/>`).join(''),
      },
    },
  });

/** What an origin knows: who is settled, and how each ended, by the numbers of the outcomes. */
const watch = (client: MqttClient) => {
  const settled = new Set<number>();
  const outcomes = new Map<number, Map<string, string>>();
  client.on('message', (topic, payload) => {
    const incoming = decodeMessage(DEFAULT_ROOT, topic, new Uint8Array(payload));
    if (!incoming.ok) return;
    if (incoming.name === 'receipt') {
      for (const { first, last } of incoming.message?.settled ?? []) {
        for (let seq = first; seq <= last; seq += 1) settled.add(seq);
      }
    }
    if (incoming.name !== 'outcome' || incoming.message === undefined) return;
    const { incarnation, nonce, firstNumber } = incoming.message;
    for (const [at, { item, reason }] of incoming.message.outcomes.entries()) {
      const seq = item?.seq ?? 0;
      const known = outcomes.get(seq) ?? new Map<string, string>();
      outcomes.set(seq, known.set(`${incarnation}.${nonce}.${firstNumber + at}`, reasonText(reason)));
    }
  });
  return { settled, outcomes };
};

describe.skipIf(mosquitto === undefined || !isBuilt())('a route packager that is killed again and again', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-e2e-routes-'));
  const processes = createProcesses();
  let broker: Broker;
  let client: MqttClient;
  beforeAll(async () => {
    broker = await startMosquitto(processes, mosquitto ?? '', folder);
    client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`);
    await client.subscribeAsync([`${DEFAULT_ROOT}/receipt/radio-1`, `${DEFAULT_ROOT}/outcome/routes`]);
  }, START_MS);
  afterAll(async () => {
    client.end(true);
    await processes.endAll();
    rmSync(folder, { recursive: true, force: true });
  });

  it('ends each route once and leaves whole packages alone', { timeout: TEST_MS }, async () => {
    const own = join(folder, 'routes');
    const packager = processes.start(
      commandOf(packagerPlan('routes'), own, {
        brokerPort: broker.port,
        durable: false,
      }),
    );
    const { settled, outcomes } = watch(client);
    const all = Array.from({ length: ROUTES }, (_, at) => at + 1);
    const publishOpen = (): void => {
      for (const seq of all.filter((one) => !settled.has(one)).slice(0, 8)) {
        const { topic, payload } = encodeMessage(DEFAULT_ROOT, 'rxResult', resultOf(seq));
        client.publish(topic, Buffer.from(payload), { qos: 1 });
      }
    };
    for (let kill = 0; kill < KILLS; kill += 1) {
      const before = settled.size;
      // In the middle of its work: some are settled, others are being packed.
      await until('it works', START_MS, async () => {
        publishOpen();
        await sleep(AGAIN_MS);
        return settled.size > before;
      });
      publishOpen();
      await sleep((kill % 8) * 9);
      await packager.kill();
      packager.start();
    }
    await until('every route is settled', TEST_MS / 2, async () => {
      publishOpen();
      await sleep(AGAIN_MS);
      return settled.size === ROUTES && outcomes.size === ROUTES;
    });
    expect([...outcomes.values()].map((known) => [...known.values()])).toEqual(all.map(() => ['delivered']));
    const saved = readdirSync(join(own, 'data', 'TAK Routes')).toSorted();
    expect(saved).toHaveLength(UIDS);
    for (const name of saved) expect(name).toMatch(/^route-\d+\.zip$/);
    const faulty = saved.filter(
      (name) => spawnSync('unzip', ['-tq', join(own, 'data', 'TAK Routes', name)]).status !== 0,
    );
    expect(faulty).toEqual([]);
  });
});
