import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const command = fileURLToPath(new URL('../bin/cotbus.mjs', import.meta.url));
const isBuilt = existsSync(new URL('../dist/main.js', import.meta.url));
const anyPort = {
  COTBUS_TAK_LISTEN_PORT: '0',
  COTBUS_CONSOLE_PORT: '0',
  COTBUS_BUS_LISTEN_PORT: '0',
};

const cotbus = (args: readonly string[], env: Record<string, string>) => {
  const child = spawn(process.execPath, [command, ...args], { env: { PATH: process.env['PATH'], ...anyPort, ...env } });
  let output = '';
  const seen = (text: string) =>
    new Promise<void>((resolve) => {
      const look = (chunk: Buffer): void => {
        output += chunk.toString();
        if (output.includes(text)) resolve();
      };
      child.stdout.on('data', look);
      child.stderr.on('data', look);
    });
  return { child, seen, exit: once(child, 'exit') as Promise<[number | null]> };
};

/** Starting may take as long as the machine is busy; what is bounded here is how it ends. */
const START_MS = 60_000;

describe.skipIf(!isBuilt)('the process cotbus up', { timeout: START_MS }, () => {
  it('stops by itself within its two seconds when it is interrupted', async () => {
    const { child, seen, exit } = cotbus(['up'], {});
    await seen('Ctrl-C stops it.');
    child.kill('SIGINT');
    // 1 would be the emergency exit of a stop that took too long.
    expect(await exit).toEqual([0, null]);
  });

  it('ends with a sentence that names the option when a port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { seen, exit } = cotbus(['up'], { COTBUS_TAK_LISTEN_PORT: String(port) });
    await seen('tak.listen.port');
    expect(await exit).toEqual([2, null]);
    server.close();
  });
});
