/** Server-sent events: the newest view to every open page. A slow page gets fewer views, never a longer queue. */
import type { ServerResponse } from 'node:http';
import type { Clock } from '@cotbus/service';

/** A person sees no difference below it, and a busy mesh changes many times a second. */
export const PUSH_EVERY_MS = 500;
/** Below the idle timeouts of usual proxies (60 s); tells the page that the connection is alive. */
export const COMMENT_EVERY_MS = 15_000;
/** Pages open at once: everybody at a site, and a bound on sockets and memory. */
export const MAX_CLIENTS = 50;

export interface EventStream {
  /** Answers with the current view and keeps the response open. @returns false when there are too many already. */
  add(response: ServerResponse): boolean;
  close(): void;
}

export interface ViewSource {
  /** Another text when there is something new to say. */
  readonly revision: () => string;
  /** The view as JSON, in one line. */
  readonly json: () => string;
}

interface Client {
  readonly response: ServerResponse;
  /** Revision that was written last. */
  revision: string;
}

export const createEventStream = (
  clock: Clock,
  source: ViewSource,
  onClients: (clients: number) => void,
): EventStream => {
  const clients = new Set<Client>();

  const push = (): void => {
    const revision = source.revision();
    let event: string | undefined;
    for (const client of clients) {
      if (client.revision === revision || !canTake(client.response)) continue;
      event ??= `event: state\ndata: ${source.json()}\n\n`;
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
      response.write(`retry: 2000\nevent: state\ndata: ${source.json()}\n\n`);
      return true;
    },
    close: () => {
      for (const stop of timers) stop();
      for (const { response } of clients) response.end();
    },
  };
};

/** A page that has not read the last view yet gets none on top of it, but the newest one afterwards. */
const canTake = (response: ServerResponse): boolean => !response.writableNeedDrain && !response.destroyed;
