/** The page for orchestrators and Prometheus: /healthz, /readyz, /metrics. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { ServiceError } from './service.ts';

/** Nobody who asks for a health page takes longer. */
const REQUEST_TIMEOUT_MS = 5000;
/** Connections at a time; a health page has few readers. */
const MAX_CONNECTIONS = 32;

export interface HealthOptions {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Where the port can be changed, for the person whose port is taken: such as `health.port`. */
  readonly option: string;
  /** Why it is not ready, one line each; empty when it is. */
  readonly faults: () => readonly string[];
  readonly registry: Registry;
}

export interface Health {
  readonly port: number;
  close(): Promise<void>;
}

/** @throws ServiceError `port_taken` or `address_unusable`. */
export const startHealth = async ({ host, port, option, faults, registry }: HealthOptions): Promise<Health> => {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    request.resume();
    const path = request.url?.split('?', 1)[0];
    if (request.method !== 'GET' && request.method !== 'HEAD') answer(response, 405, 'only GET\n');
    else if (path === '/healthz') answer(response, 200, 'ok\n');
    else if (path === '/readyz') answerReady(response, faults());
    else if (path === '/metrics') void answerMetrics(response, registry);
    else answer(response, 404, 'there is /healthz, /readyz and /metrics\n');
  });
  server.maxConnections = MAX_CONNECTIONS;
  try {
    await once(server.listen(port, host), 'listening');
  } catch (error) {
    throw listenError(error, host, port, option);
  }
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};

const answer = (response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void => {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
};

const answerReady = (response: ServerResponse, faults: readonly string[]): void => {
  if (faults.length === 0) answer(response, 200, 'ready\n');
  else answer(response, 503, faults.map((fault) => `${fault}\n`).join(''));
};

const answerMetrics = async (response: ServerResponse, registry: Registry): Promise<void> => {
  try {
    answer(response, 200, await registry.metrics(), registry.contentType);
  } catch {
    answer(response, 500, 'the metrics could not be collected\n');
  }
};

const listenError = (error: unknown, host: string, port: number, option: string): ServiceError => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'EADDRINUSE'
    ? new ServiceError('port_taken', `port ${port} on ${host} is taken: set ${option} to another one`, error)
    : new ServiceError(
        'address_unusable',
        `cannot listen on ${host} port ${port} (${String(code)}): see ${option}`,
        error,
      );
};
