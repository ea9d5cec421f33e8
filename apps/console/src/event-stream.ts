/**
 * Server-sent events: what changed, to every open page. A slow page gets fewer and larger messages, never a longer queue:
 * what it has not been told stays in the state, and that is bounded.
 */
import type { ServerResponse } from 'node:http';
import type { Clock } from '@cotbus/service';

/** A person sees no difference below it, and a busy mesh changes many times a second. */
export const PUSH_EVERY_MS = 500;
/** Below the idle timeouts of usual proxies (60 s); tells the page that the connection is alive. */
export const COMMENT_EVERY_MS = 15_000;
/** Pages open at once: everybody at a site, and a bound on sockets and memory. */
export const MAX_CLIENTS = 50;

export interface EventStream {
  /** Answers with everything there is and keeps the response open. @returns false when there are too many already. */
  add(response: ServerResponse): boolean;
  close(): void;
}

export interface ViewSource {
  /** Brings what only time changes up to date. @returns a number that counts up with every change. */
  readonly revision: () => number;
  /** What changed after that revision, everything for undefined: JSON in one line. */
  readonly changes: (since: number | undefined) => string;
}

interface Client {
  readonly response: ServerResponse;
  /** Up to which the page was told. */
  revision: number;
}

export const createEventStream = (
  clock: Clock,
  source: ViewSource,
  onClients: (clients: number) => void,
): EventStream => {
  const clients = new Set<Client>();

  const push = (): void => {
    const revision = source.revision();
    // Pages that keep up were all told the same: one text for all of them.
    const events = new Map<number, string>();
    for (const client of clients) {
      if (client.revision === revision || !canTake(client.response)) continue;
      const event = events.get(client.revision) ?? eventOf(source.changes(client.revision));
      events.set(client.revision, event);
      client.revision = revision;
      client.response.write(event);
    }
  };
  const comment = (): void => {
    for (const { response } of clients) if (canTake(response)) response.write(': alive\n\n');
  };
  const timers = [clock.every(PUSH_EVERY_MS, push), clock.every(COMMENT_EVERY_MS, comment)];

  return {
    add: (response) => {
      if (clients.size >= MAX_CLIENTS) return false;
      const client = { response, revision: source.revision() };
      clients.add(client);
      onClients(clients.size);
      response.on('close', () => {
        clients.delete(client);
        onClients(clients.size);
      });
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
      response.write(`retry: 2000\n${eventOf(source.changes(undefined))}`);
      return true;
    },
    close: () => {
      for (const stop of timers) stop();
      for (const { response } of clients) response.end();
    },
  };
};

const eventOf = (json: string): string => `event: changes\ndata: ${json}\n\n`;

/** A page that has not read the last message yet gets none on top of it, but everything since then afterwards. */
const canTake = (response: ServerResponse): boolean => !response.writableNeedDrain && !response.destroyed;
