import { createMessage, Kind, Reason } from '@cotbus/contracts';
import type { Outcome, Receipt, RxResult, ServiceStatus } from '@cotbus/contracts';
import { createMemoryBroker, testContext } from '@cotbus/service/testing';
import { describe, expect, it } from 'vitest';
import { packagerOptions } from './options.ts';
import { routePackager } from './packager.ts';

const event = { uid: 'route-1', type: 'b-m-r', kind: Kind.ROUTE, callsign: 'North ridge' };

const result = (seq: number, kind: Kind, attempt = 1): RxResult =>
  createMessage('rxResult', {
    item: {
      id: { origin: 'radio-1', incarnation: 1, nonce: 5n, seq },
      low: 1,
      attempt,
      addressed: [{ destination: 'routes', sink: 'routes', assignment: 1, lifeMs: 60_000 }],
    },
    kind,
    result: { case: 'event', value: { ...event, kind } },
  });

const start = async () => {
  const broker = createMemoryBroker();
  const bus = broker.connect();
  const context = testContext({ name: 'route-packager', instance: 'routes', broker });
  await routePackager.start(context, packagerOptions.parse({}));
  const outcomes: Outcome[] = [];
  const receipts: Receipt[] = [];
  await bus.subscribe('outcome', { owner: 'routes' }, (batch) => outcomes.push(...(batch?.outcomes ?? [])));
  await bus.subscribe('receipt', {}, (receipt) => receipt && receipts.push(receipt));
  const settled = () => receipts.at(-1)?.settled.map(({ first, last }) => [first, last]);
  return { bus, context, outcomes, settled };
};

describe('the route packager', () => {
  it('ends each route once, however often it comes', async () => {
    const { bus, context, outcomes, settled } = await start();
    for (const attempt of [1, 2]) bus.publish('rxResult', result(3, Kind.ROUTE, attempt));
    await context.clock.pass(1000);
    expect(outcomes).toMatchObject([
      { destination: 'routes', reason: Reason.UNSUPPORTED, kind: Kind.ROUTE, uid: 'route-1', callsign: 'North ridge' },
    ]);
    expect(settled()).toEqual([[3, 3]]);
  });

  it('answers for what is no route without an outcome: it was never meant for it', async () => {
    const { bus, context, outcomes, settled } = await start();
    bus.publish('rxResult', result(4, Kind.PLI));
    await context.clock.pass(1000);
    expect([outcomes, settled()]).toEqual([[], [[4, 4]]]);
  });

  it('registers for the ports that may carry a route, also while it is away', () => {
    const will = routePackager.will?.(packagerOptions.parse({}))?.message as ServiceStatus | undefined;
    expect(will?.destination).toMatchObject({ name: 'routes', kinds: [Kind.ROUTE], ports: [78, 257] });
  });
});
