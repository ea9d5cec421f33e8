/**
 * The route packager: a sink for routes heard on a mesh. Frames of the ports that may carry one are meant for it as well as
 * for the egresses; what turns out to be none it declines. Each route ends in one outcome that says where its package went.
 */
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { DestinationSchema, itemKey, Kind, meshtastic, reasonOf, RxResultSchema } from '@cotbus/contracts';
import type { CotEvent, Destination, ReasonName, RxResult } from '@cotbus/contracts';
import {
  custodyParts,
  openCustodySink,
  openOutcomeLog,
  printable,
  createKnownMessages,
  serviceWill,
  ServiceError,
} from '@cotbus/service';
import type { CustodyOutcome, CustodySink, OutcomeLog, Service, ServiceContext } from '@cotbus/service';
import { createDeliveryQueue } from './delivery-queue.ts';
import { OWN_FOLDER, removeFrom, saveIn } from './folders.ts';
import type { PackageFolder } from './folders.ts';
import { givePackages } from './give-packages.ts';
import { openLibrary } from './library.ts';
import type { Library } from './library.ts';
import { routeNotice } from './notice.ts';
import type { PackagerOptions } from './options.ts';
import { packagerOptions } from './options.ts';
import { createPackParts } from './pack-parts.ts';
import type { PackResult } from './pack-parts.ts';
import { createPackRoute } from './pack-route.ts';
import type { Ending, PackParts } from './pack-route.ts';
import { isDrawnLine, isRoute } from './route.ts';
import { serverPlace } from './server-place.ts';
import { openShare } from './share.ts';

const { PortNum } = meshtastic;

const DAY_MS = 24 * 60 * 60_000;
const RETIRE_EVERY_MS = 60 * 60_000;
/** Characters of an outcome's detail. */
const MAX_DETAIL = 1000;

const destinationOf = ({ name, drawings }: PackagerOptions): Destination =>
  create(DestinationSchema, {
    name,
    kinds: drawings ? [Kind.ROUTE, Kind.SHAPE] : [Kind.ROUTE],
    ports: [PortNum.ATAK_PLUGIN_V2, PortNum.ATAK_FORWARDER],
  });

const start = async (context: ServiceContext, options: PackagerOptions): Promise<void> => {
  const { bus, clock, instance, journals, log, nonce, onStop, status } = context;
  const outcomes = await openOutcomeLog({ owner: instance, journals, bus, clock, nonce, log, count: status.count });
  onStop('outcomes', () => outcomes.close());
  const own: PackageFolder = { path: join(journals.folder, OWN_FOLDER), layout: 'plain' };
  const library = await openKept(context, options, own);
  const folders = options.save ? [own, ...options.folders] : options.folders;
  const places = options.servers.map((server) => serverPlace(context, server));
  if (options.share.enabled) places.push(await openShare(context, options.share, library, outcomes));
  const pack = createPackRoute({
    context,
    library,
    folders: folders.map((folder) => folderPlace(context, folder)),
    places,
    kept: (kept) => {
      bus.publish('route', routeNotice(kept, instance));
      log.info({ uid: printable(kept.route.uid), hash: kept.hash }, 'route.packed');
    },
  });
  await givePackages(context, library);
  const isWanted = (event: CotEvent): boolean => isRoute(event) || (options.drawings && isDrawnLine(event));
  await openRoutes(context, outcomes, createPackParts(pack, clock), isWanted);
  status.setDestination(destinationOf(options));
};

/** The packages of earlier lives, which the bus is told again. */
const openKept = async (context: ServiceContext, { keep }: PackagerOptions, own: PackageFolder): Promise<Library> => {
  const { bus, clock, instance, journals, log, onStop } = context;
  const folder = join(journals.folder, `packages-${instance}`);
  try {
    const library = await openLibrary({
      folder,
      maxRoutes: keep.routes,
      maxAgeMs: keep.days * DAY_MS,
      dropped: ({ hash, route }, why) => {
        bus.clear('route', { hash });
        if (why === 'retired') void removeFrom(own, route);
      },
    });
    const retire = (): void =>
      void library.retire(clock.now()).catch((error: unknown) => log.warn({ err: error }, 'packages.not_retired'));
    onStop('retiring of packages', clock.every(RETIRE_EVERY_MS, retire));
    await library.retire(clock.now());
    for (const kept of library.all()) bus.publish('route', routeNotice(kept, instance));
    // What an earlier life told and no longer keeps.
    await bus.subscribe('route', {}, (told) => {
      if (told?.packager === instance && library.ofHash(told.hash) === undefined)
        bus.clear('route', { hash: told.hash });
    });
    return library;
  } catch (error) {
    const text = error instanceof Error ? error.message : 'unknown';
    throw new ServiceError('journal_unusable', `Packages cannot be kept in ${folder}: ${text}`, error);
  }
};

const folderPlace = (context: ServiceContext, folder: PackageFolder): PackParts['folders'][number] => {
  const { clock, signal, status } = context;
  const attempt: PackParts['folders'][number]['attempt'] = ({ route }) => saveIn(folder, route);
  const fault = (why: string): void =>
    status.setFault(`folder ${folder.path}`, why === '' ? undefined : `routes are not saved: ${printable(why)}`);
  const queue = createDeliveryQueue({ clock, signal, attempt, changed: (_, why) => fault(why) });
  return { words: 'saved as', attempt, deliver: (job) => queue.deliver(job) };
};

/** @throws ServiceError `journal_unusable`. */
const openRoutes = async (
  context: ServiceContext,
  outcomes: OutcomeLog,
  pack: PackResult,
  isWanted: (event: CotEvent) => boolean,
): Promise<void> => {
  const { bus, log, onStop, signal } = context;
  const results = createKnownMessages(RxResultSchema);
  const outcomeOf = ({ item, destination, reason, detail }: CustodyOutcome, result: RxResult | undefined) => ({
    item,
    destination,
    reason: reasonOf(reason as ReasonName),
    detail,
    ...aboutOf(result),
  });
  const sink: CustodySink = await openCustodySink({
    ...custodyParts(context, outcomes),
    hand: (taken) => {
      void pack(taken, results.of(taken.result.message))
        .catch((error: unknown): Ending => {
          log.error({ err: error, item: itemKey(taken.id) }, 'route.not_packed');
          return { reason: 'unsupported', detail: 'it cannot be packed: the log says why' };
        })
        .then(({ reason, detail }) => {
          if (!signal.aborted) sink.settle(taken.id, { reason, detail: printable(detail).slice(0, MAX_DETAIL) });
        });
    },
    ended: (outcome, taken) => {
      const result = results.of(taken.result.message);
      outcomes.record(outcomeOf(outcome, result));
      const { reason, detail, item } = outcome;
      log.info({ item: itemKey(item), uid: printable(aboutOf(result).uid), reason, detail }, 'route.ended');
    },
    endedBefore: (outcome, taken) => outcomes.recordOnce(outcomeOf(outcome, taken && results.of(taken.result.message))),
  });
  onStop('custody of routes', () => sink.close());
  await sink.begin();
  await bus.subscribe('rxResult', {}, (result, _, bytes) => {
    // What comes while the service stops is left to its next life.
    if (result === undefined || signal.aborted) return;
    if (result.kind === Kind.ROUTE || (result.result.case === 'event' && isWanted(result.result.value))) {
      results.know(bytes, result);
      sink.take(result.item, bytes, result);
    } else sink.decline(result.item, result);
  });
};

const aboutOf = (result: RxResult | undefined) => {
  const { mesh = '', node = 0, port = 0, packetId = 0, kind = Kind.ROUTE } = result ?? {};
  const { uid = '', callsign = '' } = result?.result.case === 'event' ? result.result.value : {};
  return { mesh, node, port, packetId, kind, uid, callsign };
};

export const routePackager: Service<PackagerOptions> = {
  name: 'route-packager',
  section: 'routes',
  options: packagerOptions,
  instance: (options) => options.name,
  // Registered also while it is away: what is heard meanwhile waits for it.
  will: (options) => serviceWill('route-packager', options.name, destinationOf(options)),
  start,
};
