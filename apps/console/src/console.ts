/** Wiring: what the bus says → state → page. */
import { create } from '@bufbuild/protobuf';
import { LinkState, LinkStatusSchema } from '@cotbus/contracts';
import { printable } from '@cotbus/service';
import type { Service, ServiceContext } from '@cotbus/service';
import { openAcknowledgements } from './acknowledgements.ts';
import type { Acknowledgements } from './acknowledgements.ts';
import { createAlarmFile } from './alarm-file.ts';
import type { AlarmFile } from './alarm-file.ts';
import { createApi } from './api.ts';
import { askPast } from './ask-past.ts';
import { openCommands } from './commands.ts';
import type { Commands } from './commands.ts';
import { createEventStream } from './event-stream.ts';
import type { EventStream } from './event-stream.ts';
import { openHttp } from './http.ts';
import { linkWith } from './login-link.ts';
import { createLoginLimit } from './login-limit.ts';
import { createOneTimeDownloads } from './one-time-downloads.ts';
import { consoleOptions } from './options.ts';
import type { ConsoleOptions } from './options.ts';
import { openOverrides } from './overrides.ts';
import type { Overrides } from './overrides.ts';
import { createActions, createQuestions } from './page-actions.ts';
import { sendRoutePackage } from './route-download.ts';
import { createSessions } from './session.ts';
import { createState } from './state.ts';
import type { ConsoleState } from './state.ts';
import { openTokens } from './tokens.ts';
import type { Tokens } from './tokens.ts';

/** A burst of calls is one write. */
const KEEP_ALARMS_EVERY_MS = 1000;

export const statusConsole: Service<ConsoleOptions> = {
  name: 'console',
  section: 'console',
  options: consoleOptions,
  instance: ({ name }) => name,
  start: async (context, options) => {
    if (!options.enabled) {
      context.log.info('console.disabled');
      return;
    }
    const { bus, clock, journals } = context;
    const tokens = await openTokens(options, journals.folder);
    const alarmFile = createAlarmFile(journals.folder, options.name, (error) => reportAlarmFault(context, error));
    const state = createState({ name: options.name, startedMs: clock.now(), alarms: await alarmFile.read() });
    const keepAlarms = (): Promise<void> => alarmFile.write(state.alarms);
    context.onStop('alarms', keepAlarms);
    context.onStop(
      'alarm timer',
      clock.every(KEEP_ALARMS_EVERY_MS, () => void keepAlarms()),
    );
    const commands = await openCommands(context);
    const overrides = await openOverrides(context, (num, said) => state.override(said, num, clock.now()));
    const acknowledgements = await openAcknowledgements(context, state.alarms, (said) =>
      state.acknowledged(said, clock.now()),
    );
    await openPage({ context, options, tokens, state, alarmFile, commands, overrides, acknowledgements });
    state.bus(bus.connected);
    bus.onConnection((connected) => state.bus(connected));
    await watchBus(context, state, commands);
  },
};

const reportAlarmFault = ({ log, status }: ServiceContext, error: unknown): void => {
  log.warn({ error }, 'alarms.not_kept');
  status.count('alarms_not_kept_total');
};

interface PageParts {
  readonly context: ServiceContext;
  readonly options: ConsoleOptions;
  readonly tokens: Tokens;
  readonly state: ConsoleState;
  readonly alarmFile: AlarmFile;
  readonly commands: Commands;
  readonly overrides: Overrides;
  readonly acknowledgements: Acknowledgements;
}

const openPage = async (parts: PageParts): Promise<void> => {
  const { context, options, tokens, state } = parts;
  const { clock, log, status } = context;
  let address = '';
  const port = (): number => Number(new URL(address).port) || HTTP_PORT;
  const onClients = (clients: number): void =>
    status.setLink(
      create(LinkStatusSchema, { name: 'page', transport: 'http', address, clients, state: LinkState.OPEN }),
    );
  const events = createEventStream(clock, sourceOf(context, state), onClients);
  context.onStop('event stream', () => events.close());
  const downloads = createOneTimeDownloads(clock);
  context.onStop('downloads', () => downloads.close());
  const api = createApi({
    ...apiParts({ context, options, state, events }),
    routePackage: (response, query) => sendRoutePackage(parts.commands, response, query),
    sessions: createSessions(tokens, options, port),
    questions: createQuestions({ commands: parts.commands, now: () => clock.now() }),
    actions: createActions({ ...parts, downloads, port, acknowledge: acknowledging(parts) }),
    downloads,
  });
  const http = await openHttp({ options, api, log });
  context.onStop('http', () => http.close());
  address = http.url;
  onClients(0);
  // Once: later starts do not repeat the secret in a log that others may read.
  const isToldNow = tokens.fresh && options.thisMachine !== 'operate';
  log.info({ url: isToldNow ? linkWith(http.url, tokens.operate) : http.url }, 'console.opened');
};

/** Of URLs that name none. */
const HTTP_PORT = 80;

const acknowledging =
  ({ context: { clock, log }, state, alarmFile, acknowledgements }: PageParts) =>
  async (key: string, by: string): Promise<boolean> => {
    const alarm = state.acknowledge(key, by, clock.now());
    if (alarm === undefined) return false;
    log.info({ alarm: printable(key), by: printable(by) }, 'alarm.acknowledged');
    acknowledgements.say(alarm);
    // Told to have been recorded only when it is.
    await alarmFile.write(state.alarms);
    return true;
  };

const sourceOf = ({ clock }: ServiceContext, state: ConsoleState) => ({
  revision: () => state.revision(clock.now()),
  changes: (since: number | undefined) => JSON.stringify(state.changes(since, clock.now())),
});

const apiParts = ({
  context: { clock },
  options,
  state,
  events,
}: Pick<PageParts, 'context' | 'options' | 'state'> & { readonly events: EventStream }) => ({
  limit: createLoginLimit(clock),
  events,
  settings: { name: options.name, tiles: options.tiles },
  state: () => JSON.stringify(state.view(clock.now())),
});

const watchBus = async ({ bus, clock }: ServiceContext, state: ConsoleState, commands: Commands): Promise<void> => {
  await bus.subscribe('agentStatus', {}, (message, ids) => state.agent(message, ids, clock.now()));
  await bus.subscribe('serviceStatus', {}, (message, ids) => state.service(message, ids, clock.now()));
  await bus.subscribe('node', {}, (message, ids) => state.node(message, ids, clock.now()));
  await bus.subscribe('route', {}, (message, ids) => state.route(message, ids, clock.now()));
  await bus.subscribe('rxResult', {}, (message) => {
    if (message !== undefined) state.result(message, clock.now());
  });
  await bus.subscribe('eventHeard', {}, (message) => {
    if (message !== undefined) state.fromTak(message, clock.now());
  });
  await bus.subscribe('outcome', {}, (message) => {
    if (message !== undefined) state.outcomes(message, clock.now());
  });
  await askPast(bus, commands, (batch) => state.pastOutcomes(batch, clock.now()));
};
