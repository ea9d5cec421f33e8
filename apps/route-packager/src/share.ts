/**
 * Sharing with TAK clients: they are offered each package with a link to our own server, and, if nobody fetches it, told in
 * the chat. The offers are items of the packager for every egress, with all that custody promises.
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { ownHosts, serverCredentials, systemPorts } from '@cotbus/certificates';
import { createMessage, LinkState, LinkStatusSchema, reasonOf, RxResultSchema } from '@cotbus/contracts';
import type { CotEvent, ReasonName } from '@cotbus/contracts';
import { custodyParts, openCustodyOrigin, printable, ServiceError, watchDestinations } from '@cotbus/service';
import type { CustodyOutcome, OutcomeLog, ServiceContext } from '@cotbus/service';
import { buildDataPackage } from './data-package.ts';
import type { Library } from './library.ts';
import type { ShareOptions } from './options.ts';
import type { Place } from './pack-route.ts';
import { chatEvent, offerEvent, readOfferAnswer } from './share-events.ts';
import { contentPath, openShareServer } from './share-server.ts';

/** How long clients have to fetch it before the chat tells of it. */
const FETCH_MS = 60_000;
/** Offers whose answers are waited for. */
const MAX_OFFERS = 256;

/** @throws ServiceError when its certificates or its port cannot be had. */
export const openShare = async (
  context: ServiceContext,
  options: ShareOptions,
  library: Library,
  outcomes: OutcomeLog,
): Promise<Place> => {
  const { clock, instance, journals, onStop, status } = context;
  const folder = options.certificates ?? join(journals.folder, 'certificates');
  const address = options.address ?? ownHosts().find((own) => isIP(own) !== 6) ?? 'localhost';
  const made = await serverCredentials({ folder, authorityName: 'Cotbus' }, [address], systemPorts);
  if (!made.ok) throw new ServiceError('options', `Packages cannot be shared: ${made.detail}`);
  const packages = () => library.all().map(({ route }) => buildDataPackage(route, 'atak'));
  const { credentials } = made;
  const { host, port } = options;
  const find = (hash: string) => packages().find((given) => given.hash === hash);
  const server = await openShareServer({ host, port, credentials, folder, log: context.log, find });
  onStop('sharing', () => server.close());
  const say = await openSayings(context, outcomes);
  /** Hash → cancels the line in the chat. */
  const offers = new Map<string, () => void>();
  const forget = (hash: string): void => {
    offers.get(hash)?.();
    offers.delete(hash);
  };
  onStop('offers', () => [...offers.keys()].forEach(forget));
  status.setLink(
    create(LinkStatusSchema, {
      name: 'share',
      transport: 'https-server',
      address: `${address}:${server.port}`,
      state: LinkState.OPEN,
    }),
  );
  await watchAnswers(context, (hash) => {
    if (offers.has(hash)) forget(hash);
  });
  return {
    words: 'offered to',
    deliver: ({ route }) => {
      const given = buildDataPackage(route, 'atak');
      const url = `https://${address}:${server.port}${contentPath(given.hash)}`;
      const offer = { route, given, url, sender: instance, contacts: options.contacts };
      say(offerEvent(offer));
      const [oldest] = offers.keys();
      if (offers.size >= MAX_OFFERS && oldest !== undefined) forget(oldest);
      forget(given.hash);
      if (options.chat)
        offers.set(
          given.hash,
          clock.after(FETCH_MS, () => {
            offers.delete(given.hash);
            say(chatEvent(offer));
          }),
        );
      const whom = options.contacts.length === 0 ? 'every TAK client' : options.contacts.join(', ');
      return Promise.resolve({ kind: 'done', text: whom });
    },
  };
};

const watchAnswers = async ({ bus, log, status }: ServiceContext, taken: (hash: string) => void): Promise<void> => {
  await bus.subscribe('eventHeard', { kind: 'raw' }, (heard) => {
    // An item is published again until it is answered for; only the first copy counts.
    const answer = heard?.event !== undefined && heard.item?.attempt === 1 ? readOfferAnswer(heard.event) : undefined;
    if (answer === undefined) return;
    const { hash, success } = answer;
    status.count(success ? 'shares_taken_total' : 'shares_failed_total');
    log.info(
      { hash: printable(hash.slice(0, 64)), who: printable(answer.who), why: printable(answer.why), success },
      'share.answered',
    );
    if (success) taken(hash);
  });
};

/** Makes events of the packager itself items for every egress. @throws ServiceError `journal_unusable`. */
const openSayings = async (context: ServiceContext, outcomes: OutcomeLog): Promise<(event: CotEvent) => void> => {
  const { bus, clock, onStop, random } = context;
  const destinations = await watchDestinations(bus, clock);
  const outcomeOf = ({ item, destination, reason, detail }: CustodyOutcome, payload: Uint8Array) => {
    const { kind, result } = fromBinary(RxResultSchema, payload);
    const { uid = '', callsign = '' } = result.case === 'event' ? result.value : {};
    return { item, destination, reason: reasonOf(reason as ReasonName), detail, kind, uid, callsign };
  };
  const origin = await openCustodyOrigin({
    ...custodyParts(context, outcomes),
    random,
    alive: () => new Map(destinations.alive().map(({ name }) => [name, [name]])),
    publish: (item, payload) => bus.publish('rxResult', { ...fromBinary(RxResultSchema, payload), item }),
    ended: (outcome, payload) => outcomes.record(outcomeOf(outcome, payload)),
    endedBefore: (outcome, payload) => outcomes.recordOnce(outcomeOf(outcome, payload)),
  });
  onStop('custody of offers', () => origin.close());
  return (event) => {
    // Egresses take every port; a packager none but those that carry routes.
    const names = destinations.names(0);
    const result = createMessage('rxResult', { kind: event.kind, result: { case: 'event', value: event } });
    origin.accept({
      payload: toBinary(RxResultSchema, result),
      destinations: names,
      refused:
        names.length > 0 ? [] : [{ destination: '', reason: 'no_destination', detail: 'no egress is registered' }],
    });
  };
};
