/**
 * The route packager: a sink for routes heard on a mesh. Frames of the ports that may carry one are meant for it as well as
 * for the egresses; what turns out to be none it declines. Packages are not built yet: each route is refused as such.
 */
import { create } from '@bufbuild/protobuf';
import { DestinationSchema, itemKey, Kind, meshtastic, reasonOf, RxResultSchema } from '@cotbus/contracts';
import type { Destination, ReasonName, RxResult } from '@cotbus/contracts';
import {
  custodyParts,
  openCustodySink,
  openOutcomeLog,
  printable,
  createKnownMessages,
  serviceWill,
} from '@cotbus/service';
import type { CustodyOutcome, CustodySink, Service, ServiceContext } from '@cotbus/service';
import type { PackagerOptions } from './options.ts';
import { packagerOptions } from './options.ts';

const { PortNum } = meshtastic;

const destinationOf = (name: string): Destination =>
  create(DestinationSchema, {
    name,
    kinds: [Kind.ROUTE],
    ports: [PortNum.ATAK_PLUGIN_V2, PortNum.ATAK_FORWARDER],
  });

const start = async (context: ServiceContext): Promise<void> => {
  const { bus, clock, instance, journals, log, nonce, onStop, status } = context;
  const outcomes = await openOutcomeLog({ owner: instance, journals, bus, clock, nonce, log, count: status.count });
  onStop('outcomes', () => outcomes.close());
  const results = createKnownMessages(RxResultSchema);
  const outcomeOf = ({ item, destination, reason, detail }: CustodyOutcome, result: RxResult | undefined) => ({
    item,
    destination,
    reason: reasonOf(reason as ReasonName),
    detail,
    kind: Kind.ROUTE,
    ...aboutOf(result),
  });
  const sink: CustodySink = await openCustodySink({
    ...custodyParts(context, outcomes),
    hand: ({ id }) =>
      sink.settle(id, { reason: 'unsupported', detail: 'route packages are not built by this version' }),
    ended: (outcome, taken) => {
      outcomes.record(outcomeOf(outcome, results.of(taken.result.message)));
      log.info(
        { item: itemKey(outcome.item), uid: printable(aboutOf(results.of(taken.result.message)).uid) },
        'route.refused',
      );
    },
    endedBefore: (outcome, taken) => outcomes.recordOnce(outcomeOf(outcome, taken && results.of(taken.result.message))),
  });
  onStop('custody of routes', () => sink.close());
  await sink.begin();
  await bus.subscribe('rxResult', {}, (result, _, bytes) => {
    if (result?.kind === Kind.ROUTE) {
      results.know(bytes, result);
      sink.take(result.item, bytes, result);
    } else if (result !== undefined) sink.decline(result.item, result);
  });
  status.setDestination(destinationOf(instance));
};

const aboutOf = (result: RxResult | undefined) => {
  const { mesh = '', node = 0, port = 0, packetId = 0 } = result ?? {};
  const { uid = '', callsign = '' } = result?.result.case === 'event' ? result.result.value : {};
  return { mesh, node, port, packetId, uid, callsign };
};

export const routePackager: Service<PackagerOptions> = {
  name: 'route-packager',
  section: 'routes',
  options: packagerOptions,
  instance: (options) => options.name,
  // Registered also while it is away: what is heard meanwhile waits for it.
  will: ({ name }) => serviceWill('route-packager', name, destinationOf(name)),
  start,
};
