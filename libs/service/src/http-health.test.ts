import { afterEach, describe, expect, it } from 'vitest';
import { startHealth } from './http-health.ts';
import type { Health } from './http-health.ts';
import { createCount, createMetrics } from './metrics.ts';

const host = '127.0.0.1';
const started: Health[] = [];
const start = async (faults: () => readonly string[] = () => [], port = 0): Promise<string> => {
  const registry = createMetrics({ process: false });
  createCount(registry, 'tak-egress', 'tak')('events_written_total', 3);
  const health = await startHealth({ host, port, option: 'health.port', faults, registry });
  started.push(health);
  return `http://${host}:${health.port}`;
};

afterEach(async () => {
  await Promise.all(started.splice(0).map(async (health) => health.close()));
});

describe('the health page', () => {
  it('says that the process is alive', async () => {
    const response = await fetch(`${await start()}/healthz`);
    expect([response.status, await response.text()]).toEqual([200, 'ok\n']);
  });

  it('says ready, or why not', async () => {
    let faults: string[] = [];
    const url = await start(() => faults);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    faults = ['bus: not connected', 'radio: away'];
    const response = await fetch(`${url}/readyz`);
    expect([response.status, await response.text()]).toEqual([503, 'bus: not connected\nradio: away\n']);
  });

  it('shows the counters with service and instance', async () => {
    const text = await (await fetch(`${await start()}/metrics`)).text();
    expect(text).toContain('cotbus_events_written_total{service="tak-egress",instance="tak"} 3');
  });

  it('refuses other paths and methods', async () => {
    const url = await start();
    expect((await fetch(`${url}/etc/passwd`)).status).toBe(404);
    expect((await fetch(`${url}/healthz`, { method: 'POST', body: 'x' })).status).toBe(405);
  });

  it('names the option when the port is taken', async () => {
    const port = Number(new URL(await start()).port);
    await expect(start(() => [], port)).rejects.toMatchObject({
      code: 'port_taken',
      message: `port ${port} on 127.0.0.1 is taken: set health.port to another one`,
    });
  });

  it('names the option when the address is not one of this machine', async () => {
    const registry = createMetrics({ process: false });
    const elsewhere = { host: '192.0.2.1', port: 0, option: 'health.host', faults: () => [], registry };
    await expect(startHealth(elsewhere)).rejects.toMatchObject({ code: 'address_unusable' });
  });
});
