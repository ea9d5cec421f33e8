/**
 * Knows what the TAK servers of our TLS links make of us: asked soon after a link opened, now and then, and when somebody wants
 * to know. What is wrong there is told unasked: a gateway has nobody who would look at its channels.
 */
import { Finding_Level, LinkState } from '@cotbus/contracts';
import { findingsOfServer, notAsked } from '@cotbus/service';
import type { FindingFields, ServerView, ServiceContext } from '@cotbus/service';
import type { Identity } from '../identity.ts';
import type { LinkOptions } from '../link-options.ts';
import { activateChannels, askServer } from './ask-server.ts';
import type { ServerAnswer, ServerAsk } from './ask-server.ts';

/** A server has registered a client by then. */
const SETTLED_MS = 10_000;
const LOOK_EVERY_MS = 5_000;
const ASK_EVERY_MS = 10 * 60_000;
/** Of one without channels, or with that port closed. */
const ASK_AGAIN_MS = 60 * 60_000;
/** Who asks twice in a breath gets the same answer. */
const FRESH_MS = 5_000;

export interface ServerState {
  readonly findings: readonly FindingFields[];
  readonly view: ServerView | undefined;
}

export interface ServerWatch {
  /** What its server says now; undefined for a link that is closed, or has no server with channels. */
  look(link: string): Promise<ServerState | undefined>;
  /** Switches its channels on. */
  activate(link: string): Promise<ServerState | undefined>;
}

interface Watched {
  readonly options: LinkOptions;
  answer: ServerAnswer | undefined;
  askedMs: number;
  /** Since when the link is open; undefined while it is not. */
  openMs: number | undefined;
  asking: Promise<ServerState> | undefined;
}

type WatchContext = Pick<ServiceContext, 'clock' | 'log' | 'onStop' | 'signal' | 'status'>;

export const watchServers = (
  context: WatchContext,
  links: readonly LinkOptions[],
  identity: Pick<Identity, 'uid'>,
): ServerWatch => {
  const { clock, log, onStop, signal, status } = context;
  const watched = new Map(
    links
      .filter(({ kind, apiPort }) => kind === 'tls' && apiPort !== 0)
      .map((options): [string, Watched] => [
        options.name,
        { options, answer: undefined, askedMs: Number.NEGATIVE_INFINITY, openMs: undefined, asking: undefined },
      ]),
  );
  const stateOf = ({ options, answer }: Watched): ServerState => {
    const { name, direction } = options;
    if (answer === undefined) return { findings: [], view: undefined };
    if (!answer.ok) return { findings: [notAsked(name, answer.text)], view: undefined };
    return { findings: findingsOfServer({ name, direction, uid: identity.uid }, answer.view), view: answer.view };
  };
  const asking = async (one: Watched, act: typeof askServer): Promise<ServerState> => {
    one.askedMs = clock.monotonic();
    one.answer = await act(askOf(one.options, identity.uid, context));
    const state = stateOf(one);
    // What keeps everybody from being seen; the rest is for who asks.
    const wrong = state.findings.filter(
      ({ level }) => level === Finding_Level.FAULT || level === Finding_Level.WARNING,
    );
    if (!signal.aborted) status.setFindings(`server ${one.options.name}`, one.openMs === undefined ? [] : wrong);
    for (const { code, cause } of wrong) log.warn({ link: one.options.name, code, cause }, 'server.finding');
    one.asking = undefined;
    return state;
  };
  const ask = (one: Watched, act = askServer): Promise<ServerState> => (one.asking ??= asking(one, act));

  const tick = (): void => {
    const nowMs = clock.monotonic();
    for (const one of watched.values()) {
      const isOpen = isLinkOpen(status, one.options.name);
      if (!isOpen && one.openMs !== undefined) status.setFindings(`server ${one.options.name}`, []);
      if (!isOpen) one.openMs = undefined;
      else if (one.openMs === undefined) {
        one.openMs = nowMs;
        one.askedMs = Number.NEGATIVE_INFINITY;
      }
      if (one.openMs === undefined || nowMs - one.openMs < SETTLED_MS) continue;
      const everyMs = one.answer?.ok === false ? ASK_AGAIN_MS : ASK_EVERY_MS;
      if (nowMs - one.askedMs >= everyMs) void ask(one);
    }
  };
  const stopLooking = clock.every(LOOK_EVERY_MS, tick);
  onStop('what servers make of us', () => {
    stopLooking();
    for (const name of watched.keys()) status.setFindings(`server ${name}`, []);
  });

  return {
    look: async (link) => {
      const one = watched.get(link);
      if (one === undefined || !isLinkOpen(status, link)) return undefined;
      const isFresh = one.answer !== undefined && clock.monotonic() - one.askedMs < FRESH_MS;
      return isFresh ? stateOf(one) : ask(one);
    },
    activate: async (link) => {
      const one = watched.get(link);
      if (one === undefined) return undefined;
      await one.asking;
      return ask(one, activateChannels);
    },
  };
};

const isLinkOpen = (status: Pick<ServiceContext['status'], 'links'>, name: string): boolean =>
  status.links().some((link) => link.name === name && link.state === LinkState.OPEN);

const askOf = ({ host, apiPort, tls }: LinkOptions, uid: string, { clock, signal }: WatchContext): ServerAsk => ({
  server: {
    host,
    port: apiPort,
    certificate: tls?.cert,
    key: tls?.key,
    passphrase: tls?.passphrase,
    ca: tls?.ca,
    caPassphrase: tls?.caPassphrase,
    serverName: tls?.serverName,
    verifyHost: tls?.verifyHostname ?? true,
  },
  uid,
  now: () => clock.now(),
  signal,
});
