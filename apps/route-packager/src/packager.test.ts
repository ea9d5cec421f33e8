import { createMessage, Kind, Reason } from '@cotbus/contracts';
import type { Outcome } from '@cotbus/contracts';
import { createMemoryBroker, testContext } from '@cotbus/service/testing';
import { describe, expect, it } from 'vitest';
import { packagerOptions } from './options.ts';
import { routePackager } from './packager.ts';

describe('the route packager', () => {
  it('answers each route once, however often it comes, and nothing else', async () => {
    const broker = createMemoryBroker();
    const bus = broker.connect();
    const context = testContext({ name: 'route-packager', instance: 'routes', broker });
    await routePackager.start(context, packagerOptions.parse({}));
    const outcomes: Outcome[] = [];
    await bus.subscribe('outcome', { owner: 'routes' }, (batch) => outcomes.push(...(batch?.outcomes ?? [])));

    const item = { id: { origin: 'radio-1', incarnation: 1, nonce: 5n, seq: 3 } };
    const event = { uid: 'route-1', type: 'b-m-r', kind: Kind.ROUTE, callsign: 'North ridge' };
    const route = createMessage('rxResult', { item, kind: Kind.ROUTE, result: { case: 'event', value: event } });
    bus.publish('rxResult', route);
    bus.publish('rxResult', { ...route, item: createMessage('rxResult', { item: { ...item, attempt: 2 } }).item! });
    bus.publish('rxResult', createMessage('rxResult', { item, kind: Kind.PLI }));
    await context.clock.pass(1000);
    expect(outcomes).toMatchObject([
      { destination: 'routes', reason: Reason.UNSUPPORTED, kind: Kind.ROUTE, uid: 'route-1', callsign: 'North ridge' },
    ]);
  });
});
