/**
 * Asks a TAK server over its HTTPS port what it makes of us: the channels (groups) of our certificate's user and the clients
 * it knows. Switches channels on where somebody asks for it. Answers are of strangers: read with a schema, bounded.
 */
import { openTakServer } from '@cotbus/certificates';
import type { TakServerPort, TakServerTalk } from '@cotbus/certificates';
import type { ServerView } from '@cotbus/service';
import { z } from 'zod';

const TIMEOUT_SECONDS = 5;
const MAX_GROUPS = 1_000;
const MAX_CLIENTS = 20_000;
const API = '/Marti/api';

export interface ServerAsk {
  readonly server: Omit<TakServerPort, 'timeoutSeconds'>;
  /** Under which the gateway is known there. */
  readonly uid: string;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

export type ServerAnswer =
  | { readonly ok: true; readonly view: ServerView }
  /** A sentence for a person. */
  | { readonly ok: false; readonly text: string };

/** A group as the server lists it, once for each direction. What else it says is sent back as it came. */
const group = z.looseObject({
  name: z.string().max(1_024),
  direction: z.enum(['IN', 'OUT']),
  active: z.boolean().default(true),
});
type Group = z.infer<typeof group>;

/** Most answers come in an envelope, some without. */
const inEnvelope = <T extends z.ZodType>(content: T) =>
  z.union([z.looseObject({ data: content }).transform(({ data }) => data as z.infer<T>), content]);

const groupsAnswer = inEnvelope(z.array(group).max(MAX_GROUPS));
const cacheAnswer = inEnvelope(z.boolean());
const clientsAnswer = inEnvelope(z.array(z.looseObject({ uid: z.string().nullish() })).max(MAX_CLIENTS));

export const askServer = async (ask: ServerAsk): Promise<ServerAnswer> => {
  const opened = await open(ask);
  return opened.ok ? look(opened.talk, ask) : opened;
};

/** Switches all channels of our user on, and looks whether they are. */
export const activateChannels = async (ask: ServerAsk): Promise<ServerAnswer> => {
  const opened = await open(ask);
  if (!opened.ok) return opened;
  const { talk } = opened;
  const groups = await get(talk, ask, '/groups/all?useCache=true', groupsAnswer);
  if (!groups.ok) return groups;
  const body = Buffer.from(JSON.stringify(groups.value.map((one) => ({ ...one, active: true }))));
  const path = `${API}/groups/active?clientUid=${encodeURIComponent(ask.uid)}`;
  const put = await talk({ method: 'PUT', path, type: 'application/json', body });
  if (!put.ok) return put;
  if (put.status < 200 || put.status > 299) return { ok: false, text: statusText(ask, 'PUT', path, put.status) };
  return look(talk, ask);
};

type Opened = { readonly ok: true; readonly talk: TakServerTalk } | Extract<ServerAnswer, { ok: false }>;

const open = async ({ server, now, signal }: ServerAsk): Promise<Opened> => {
  const opened = await openTakServer(
    { ...server, timeoutSeconds: TIMEOUT_SECONDS },
    { now, signal, hangUps: { count: 0 } },
  );
  return opened.ok ? opened : { ok: false, text: opened.text };
};

const look = async (talk: TakServerTalk, ask: ServerAsk): Promise<ServerAnswer> => {
  const [groups, cache, clients] = await Promise.all([
    get(talk, ask, '/groups/all?useCache=true', groupsAnswer),
    get(talk, ask, '/groups/groupCacheEnabled', cacheAnswer),
    get(talk, ask, '/clientEndPoints', clientsAnswer),
  ]);
  if (!groups.ok) return groups;
  // Where it does not say whether there is a cache, what it says of each channel counts.
  const canBeOff = cache.ok ? cache.value : true;
  const isRegistered = clients.ok ? clients.value.some(({ uid }) => uid === ask.uid) : undefined;
  return { ok: true, view: { channels: channelsOf(groups.value, canBeOff), isRegistered } };
};

const channelsOf = (groups: readonly Group[], canBeOff: boolean): ServerView['channels'] => {
  const access = (name: string, direction: Group['direction']) => {
    const row = groups.find((one) => one.name === name && one.direction === direction);
    if (row === undefined) return 'none';
    return row.active || !canBeOff ? 'on' : 'off';
  };
  const names = [...new Set(groups.map(({ name }) => name))].toSorted();
  return names.map((name) => ({ name, write: access(name, 'IN'), read: access(name, 'OUT') }));
};

type Got<T> = { readonly ok: true; readonly value: T } | Extract<ServerAnswer, { ok: false }>;

const get = async <T extends z.ZodType>(
  talk: TakServerTalk,
  ask: ServerAsk,
  path: string,
  schema: T,
): Promise<Got<z.infer<T>>> => {
  const answer = await talk({ method: 'GET', path: `${API}${path}` });
  if (!answer.ok) return { ok: false, text: answer.text };
  if (answer.status !== 200) return { ok: false, text: statusText(ask, 'GET', `${API}${path}`, answer.status) };
  const read = schema.safeParse(parseJson(answer.text));
  return read.success ? { ok: true, value: read.data } : { ok: false, text: notTak(ask, path) };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const addressOf = ({ server: { host, port } }: ServerAsk): string => `${host}:${port}`;

const notTak = (ask: ServerAsk, path: string): string =>
  `${addressOf(ask)}: what it answered to ${API}${path} is not what a TAK Server answers: is that its HTTPS port (apiPort)?`;

const statusText = (ask: ServerAsk, method: string, path: string, status: number): string => {
  const about = `${addressOf(ask)} answered ${status} to ${method} ${path.split('?')[0] ?? path}`;
  if (status === 401 || status === 403) return `${about}: it does not let the user of our certificate ask that.`;
  if (status === 404) return `${about}: that is no TAK Server with channels, or not its HTTPS port (apiPort).`;
  if (status >= 500) return `${about}: the server is in trouble; its log says more.`;
  return `${about}.`;
};
