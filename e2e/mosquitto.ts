/** A real broker on loopback. */
import { randomInt } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Processes, RunningProcess } from './process.ts';
import { HarnessError, waitFor } from './wait.ts';

const PLACES = ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/usr/bin/mosquitto'];
const START_MS = 5000;
/** Another process may take the port between finding and using it. */
const START_TRIES = 3;
/** Messages the broker keeps for one client; its own default of 1000 would lose some of the ledger in a pause. */
const MAX_QUEUED_MESSAGES = 100_000;

export interface Broker {
  readonly port: number;
  readonly running: RunningProcess;
  /** Resolves when it takes connections, after a start. */
  untilUp(): Promise<void>;
}

/** Where mosquitto is; undefined, with one line on stderr, when it is not installed. */
export const findMosquitto = (): string | undefined => {
  const file = PLACES.find((place) => existsSync(place));
  if (file === undefined) process.stderr.write('Skipped: tests that need mosquitto, which is not installed.\n');
  return file;
};

/** @param configText of mosquitto.conf; lets anybody in if left out. @throws HarnessError `cannot_start`. */
export const startMosquitto = async (
  processes: Processes,
  file: string,
  folder: string,
  configText: (port: number) => string = openConfig,
  name = 'mosquitto',
): Promise<Broker> => {
  for (let tries = 1; ; tries += 1) {
    const port = await freePort();
    const config = join(folder, 'mosquitto.conf');
    writeFileSync(config, configText(port));
    const running = processes.start({ name, file, args: ['-c', config], folder });
    const untilUp = async (): Promise<void> => {
      const up = await waitFor(START_MS, async () => ((await answers(port)) ? true : undefined));
      if (up === undefined) throw new HarnessError('cannot_start', `mosquitto: ${running.output()}`);
    };
    try {
      await untilUp();
      return { port, running, untilUp };
    } catch (error) {
      await running.kill();
      if (tries === START_TRIES) throw error;
    }
  }
};

const openConfig = (port: number): string =>
  [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'set_tcp_nodelay true',
    `max_queued_messages ${MAX_QUEUED_MESSAGES}`,
    'max_inflight_messages 100',
    'persistence false',
    'log_dest stderr',
    'log_type error',
    'log_type warning',
    '',
  ].join('\n');

/** Below those that systems give to connections: one of these stays free while its owner is dead. */
const FIRST_PORT = 20_000;
const PORTS = 12_000;
const PORT_TRIES = 100;

/** One that was free a moment ago. @throws HarnessError `cannot_start`. */
export const freePort = async (): Promise<number> => {
  for (let tries = 1; tries <= PORT_TRIES; tries += 1) {
    const port = FIRST_PORT + randomInt(PORTS);
    if (await isFree(port)) return port;
  }
  throw new HarnessError('cannot_start', 'no port is free');
};

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
};

const answers = async (port: number): Promise<boolean> => {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};
