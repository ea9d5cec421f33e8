/** Wiring: what the bus says → state → page. */
import { create } from '@bufbuild/protobuf';
import { LinkState, LinkStatusSchema } from '@cotbus/contracts';
import type { Service, ServiceContext } from '@cotbus/service';
import { openHttp } from './http.ts';
import { consoleOptions } from './options.ts';
import type { ConsoleOptions } from './options.ts';
import { createState } from './state.ts';
import type { ConsoleState } from './state.ts';

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
    const { bus, clock, log, status } = context;
    const state = createState(options.name, clock.now());
    let address = '';
    const onClients = (clients: number): void =>
      status.setLink(
        create(LinkStatusSchema, { name: 'page', transport: 'http', address, clients, state: LinkState.OPEN }),
      );
    const source = {
      revision: () => state.revision(clock.now()),
      json: () => JSON.stringify(state.view(clock.now())),
    };
    const http = await openHttp({ options, clock, source, onClients });
    context.onStop('http', () => http.close());
    address = http.url;
    onClients(0);
    log.info({ url: http.url }, 'console.opened');
    state.bus(bus.connected);
    bus.onConnection((connected) => state.bus(connected));
    await watchBus(context, state);
  },
};

const watchBus = async ({ bus, clock }: ServiceContext, state: ConsoleState): Promise<void> => {
  await bus.subscribe('agentStatus', {}, (message, ids) => state.agent(message, ids, clock.now()));
  await bus.subscribe('serviceStatus', {}, (message, ids) => state.service(message, ids, clock.now()));
  await bus.subscribe('node', {}, (message, ids) => state.node(message, ids, clock.now()));
  await bus.subscribe('rxResult', {}, (message) => {
    if (message !== undefined) state.result(message, clock.now());
  });
  await bus.subscribe('outcome', {}, (message) => {
    if (message !== undefined) state.outcomes(message, clock.now());
  });
};
