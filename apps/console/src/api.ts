/** What the page asks for and tells: each answer needs a role, but the login itself. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { EventStream } from './event-stream.ts';
import type { LoginLimit } from './login-limit.ts';
import { FORGET_MS } from './login-limit.ts';
import type { OneTimeDownloads } from './one-time-downloads.ts';
import type { ActionAnswer, PageAction } from './page-action.ts';
import { readBody } from './request-body.ts';
import { sendEmpty, sendFile, sendJson, sendText } from './respond.ts';
import { ROUTE_DOWNLOAD } from './route-download.ts';
import type { Sessions } from './session.ts';
import type { Role } from './tokens.ts';

export interface Api {
  /** @returns false when there is nothing under that path. */
  get(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean>;
  post(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean>;
}

export interface ApiContext {
  readonly sessions: Sessions;
  readonly limit: LoginLimit;
  readonly events: EventStream;
  readonly routePackage: (response: ServerResponse, query: URLSearchParams) => Promise<void>;
  /** Everything at once, as JSON. */
  readonly state: () => string;
  /** What the page has to know before the state. */
  readonly settings: { readonly name: string; readonly tiles: { readonly url?: string | undefined } };
  /** By path: what is asked for, by GET, with its words in the query. */
  readonly questions: ReadonlyMap<string, PageAction>;
  /** By path: what is done, by POST. */
  readonly actions: ReadonlyMap<string, PageAction>;
  readonly downloads: OneTimeDownloads;
}

const login = z.strictObject({ token: z.string().max(200) });

const notLoggedIn = 'Not logged in. Open the link that Cotbus printed when it started.\n';
const addressOf = (request: IncomingMessage): string => request.socket.remoteAddress ?? '';
const askerOf = (request: IncomingMessage) => ({ remoteAddress: addressOf(request), headers: request.headers });

export const createApi = (context: ApiContext): Api => {
  const actions = createActions(context);
  return {
    get: async (request, response, url) => {
      const question = context.questions.get(url.pathname);
      const answer = url.pathname.startsWith(DOWNLOADS) ? sendOnce : readings.get(url.pathname);
      if (question !== undefined) await askQuestion(context, question, { request, response, url });
      else answer?.(context, request, response, url);
      return question !== undefined || answer !== undefined;
    },
    post: async (request, response, url) => {
      const act = actions.get(url.pathname);
      await act?.(request, response);
      return act !== undefined;
    },
  };
};

type Reading = (context: ApiContext, request: IncomingMessage, response: ServerResponse, url: URL) => void;

const readings: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  ['/healthz', (_, _request, response) => sendText(response, 200, 'ok\n')],
  [
    '/login',
    (context, request, response, url) => followLink(context, request, response, url.searchParams.get('token')),
  ],
  [
    '/api/session',
    (context, request, response) => sendJson(response, 200, JSON.stringify(sessionOf(context, request))),
  ],
  [
    '/api/state',
    (context, request, response) => {
      if (isAllowed(context, request, response, 'view')) sendJson(response, 200, context.state());
    },
  ],
  [
    '/api/events',
    (context, request, response) => {
      if (isAllowed(context, request, response, 'view')) openEvents(context, request, response);
    },
  ],
  [
    ROUTE_DOWNLOAD,
    (context, request, response, url) => {
      if (!isAllowed(context, request, response, 'view')) return;
      // The other end has gone.
      context.routePackage(response, url.searchParams).catch(() => response.destroy());
    },
  ],
]);

/** Answers itself when it is not. */
const isAllowed = (
  { sessions }: ApiContext,
  request: IncomingMessage,
  response: ServerResponse,
  role: Role,
): boolean => {
  const has = sessions.roleOf(askerOf(request));
  if (has === 'operate' || has === role) return true;
  if (has === undefined) sendText(response, 401, notLoggedIn, { 'www-authenticate': 'Bearer realm="Cotbus"' });
  else sendText(response, 403, 'This login may only look.\n');
  return false;
};

type Action = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const createActions = (context: ApiContext): ReadonlyMap<string, Action> => {
  const { sessions } = context;
  /** What the page tells, checked; `role` undefined for everybody. */
  const action =
    <T>(
      role: Role | undefined,
      schema: z.ZodType<T>,
      act: (body: T, request: IncomingMessage, response: ServerResponse) => Promise<void> | void,
    ): Action =>
    async (request, response) => {
      if (role !== undefined && !isAllowed(context, request, response, role)) return;
      const read = await readBody(request, schema);
      if (read.ok) await act(read.body, request, response);
      else sendText(response, read.status, `${read.text}\n`);
    };
  return new Map<string, Action>([
    [
      '/api/login',
      action(undefined, login, ({ token }, request, response) => logIn(context, request, response, token)),
    ],
    [
      '/api/logout',
      action(undefined, z.strictObject({}), (_, _request, response) =>
        sendEmpty(response, 204, { 'set-cookie': sessions.noCookie }),
      ),
    ],
    ...[...context.actions].map(([path, { role, schema, act }]): [string, Action] => [
      path,
      action(role, schema, async (body, request, response) => sendAnswer(response, await act(body as never, request))),
    ]),
  ]);
};

const sendAnswer = (response: ServerResponse, { status, text, json }: ActionAnswer): void => {
  if (json !== undefined) sendJson(response, status, JSON.stringify(json));
  else if (text === undefined) sendEmpty(response, status, {});
  else sendText(response, status, `${text}\n`);
};

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
}

/** Each word of the query may stand once. */
const askQuestion = async (
  context: ApiContext,
  { role, schema, act }: PageAction,
  { request, response, url }: Asked,
): Promise<void> => {
  if (!isAllowed(context, request, response, role)) return;
  const read = schema.safeParse(Object.fromEntries(url.searchParams));
  if (read.success) sendAnswer(response, await act(read.data as never, request));
  else sendText(response, 400, `${z.prettifyError(read.error)}\n`);
};

/** Links that are their own key: whoever has one needs no login. */
export const DOWNLOADS = '/connection/';

/** Only a whole transfer uses the link up; asking what is behind it does not. */
const sendOnce: Reading = ({ downloads }, request, response, url) => {
  const token = url.pathname.slice(DOWNLOADS.length);
  if (request.method === 'HEAD') return sendEmpty(response, downloads.has(token) ? 200 : 410, {});
  const taken = downloads.take(token);
  if (taken === undefined) return sendText(response, 410, usedUp);
  response.once('close', () => taken.end(response.writableFinished));
  sendFile(response, 'application/zip', taken.file.fileName, taken.file.bytes);
};

const usedUp = 'This link was used, or its time is over. Ask for a new connection package.\n';

const sessionOf = ({ sessions, settings }: ApiContext, request: IncomingMessage) => ({
  role: sessions.roleOf(askerOf(request)) ?? null,
  byLogin: sessions.isLoggedIn(askerOf(request)),
  ...settings,
});

/** The link that the terminal shows. The token does not stay in the address bar. */
const followLink = (
  { sessions, limit }: ApiContext,
  request: IncomingMessage,
  response: ServerResponse,
  token: string | null,
): void => {
  const role = triedRole({ sessions, limit }, addressOf(request), token ?? '');
  if (role === 'held') return held(response);
  if (role === undefined) return sendEmpty(response, 303, { location: '/?link=old' });
  sendEmpty(response, 303, { location: '/', 'set-cookie': sessions.cookieOf(role) });
};

const logIn = (
  { sessions, limit }: ApiContext,
  request: IncomingMessage,
  response: ServerResponse,
  token: string,
): void => {
  const role = triedRole({ sessions, limit }, addressOf(request), token.trim());
  if (role === 'held') return held(response);
  if (role === undefined) return sendText(response, 401, 'No such token.\n');
  sendEmpty(response, 204, { 'set-cookie': sessions.cookieOf(role) });
};

const triedRole = (
  { sessions, limit }: Pick<ApiContext, 'sessions' | 'limit'>,
  address: string,
  token: string,
): Role | 'held' | undefined => {
  // Also the right one has to wait: an answer would tell that it is right.
  if (limit.isHeld(address)) return 'held';
  const role = sessions.roleOfToken(token);
  if (role === undefined) limit.failed(address);
  return role;
};

const held = (response: ServerResponse): void =>
  sendText(response, 429, 'Too many wrong tokens. Wait a minute.\n', { 'retry-after': String(FORGET_MS / 1000) });

const openEvents = ({ events }: ApiContext, request: IncomingMessage, response: ServerResponse): void => {
  if (request.method === 'HEAD') return sendText(response, 200, '', { 'content-type': 'text/event-stream' });
  if (!events.add(response)) sendText(response, 503, 'Too many pages are open.\n', { 'retry-after': '10' });
};
