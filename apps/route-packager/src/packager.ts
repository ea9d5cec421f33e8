/**
 * The route packager: a sink for routes heard on a mesh. A result of kind `route` is for it as well as for the egresses,
 * so each route has an outcome here beside the one at the TAK links. Packages are not built yet: each is refused as such.
 */
import { DestinationSchema, itemKey, Kind, Reason } from '@cotbus/contracts';
import { create } from '@bufbuild/protobuf';
import type { RxResult } from '@cotbus/contracts';
import { openOutcomeLog, createSeenItems, printable } from '@cotbus/service';
import type { Service, ServiceContext } from '@cotbus/service';
import type { PackagerOptions } from './options.ts';
import { packagerOptions } from './options.ts';

/** What becomes of a route at the packager `name`; undefined for a result that is none or names no item. */
const outcomeOf = (result: RxResult, name: string) => {
  const id = result.item?.id;
  if (id === undefined || result.kind !== Kind.ROUTE) return undefined;
  const event = result.result.case === 'event' ? result.result.value : undefined;
  return {
    item: id,
    destination: name,
    reason: Reason.UNSUPPORTED,
    detail: 'route packages are not built by this version',
    kind: Kind.ROUTE,
    uid: event?.uid ?? '',
    callsign: event?.callsign ?? '',
    mesh: result.mesh,
    node: result.node,
    port: result.port,
    packetId: result.packetId,
  };
};

const start = async (context: ServiceContext): Promise<void> => {
  const { bus, clock, instance, journals, log, nonce, status } = context;
  const seen = createSeenItems();
  const outcomes = await openOutcomeLog({ owner: instance, journals, bus, clock, nonce, log, count: status.count });
  context.onStop('outcomes', () => outcomes.close());
  await bus.subscribe('rxResult', { kind: 'route' }, (result) => {
    const outcome = result && outcomeOf(result, instance);
    if (outcome === undefined || !seen.firstSight(outcome.item)) return;
    outcomes.record(outcome);
    log.info({ item: itemKey(outcome.item), uid: printable(outcome.uid) }, 'route.refused');
  });
  status.setDestination(create(DestinationSchema, { name: instance, kinds: [Kind.ROUTE] }));
};

export const routePackager: Service<PackagerOptions> = {
  name: 'route-packager',
  section: 'routes',
  options: packagerOptions,
  instance: (options) => options.name,
  start,
};
