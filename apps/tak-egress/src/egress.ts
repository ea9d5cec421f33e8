/** The TAK egress: wiring only. */
import { create } from '@bufbuild/protobuf';
import { DestinationSchema, pairInstanceName } from '@cotbus/contracts';
import { createStateOrder, openKnownDestinations, openOutcomeLog, serviceWill, watchAgents } from '@cotbus/service';
import type { Service, ServiceContext } from '@cotbus/service';
import { openCertificateCommands } from './certificate-commands.ts';
import { createDuplicates } from './duplicates.ts';
import { openExplain } from './explain/explain.ts';
import { createSubjects } from './explain/subjects.ts';
import { createFilterCounts } from './filter-counts.ts';
import { openFromMesh } from './from-mesh.ts';
import { createFromTak, openTakOrigin } from './from-tak.ts';
import type { StreamOutput } from './event-stream.ts';
import { createIdentity } from './identity.ts';
import { createLoopGuard } from './loop-guard.ts';
import { takOptions } from './options.ts';
import type { TakEgressOptions } from './options.ts';
import { runPair } from './pair/pair.ts';
import { createPicture } from './picture.ts';
import { openRelay } from './relay.ts';
import type { Source } from './source.ts';
import { openTakLinks } from './tak-links.ts';

const start = (context: ServiceContext, options: TakEgressOptions): Promise<void> => {
  const { name, pair } = options;
  if (pair === undefined) return startEgress(context, options, () => true);
  return runPair({
    context,
    name,
    options: pair,
    start: (own, mayWrite) => startEgress(own, options, mayWrite),
  });
};

/** @param mayWrite to TAK: the other instance of a pair does not. */
const startEgress = async (
  context: ServiceContext,
  options: TakEgressOptions,
  mayWrite: () => boolean,
): Promise<void> => {
  const { bus, clock, journals, log, nonce, signal, status } = context;
  const { name, maxStaleSeconds } = options;
  const outcomes = await openOutcomeLog({ owner: name, journals, bus, clock, nonce, log, count: status.count });
  context.onStop('outcomes', () => outcomes.close());
  const common = {
    context,
    outcomes,
    guard: createLoopGuard(name, clock),
    order: createStateOrder(),
    picture: createPicture(clock),
    subjects: createSubjects(clock),
    filterCounts: createFilterCounts(status, log, clock),
  };
  const known = await openKnownDestinations({ name, journals, nonce, clock, log });
  context.onStop('known meshes', () => known.close());
  const meshesBefore = new Map(known.all().map(({ name: mesh, agents: carriers = [] }) => [mesh, carriers]));
  const agents = await watchAgents(bus, clock, [...meshesBefore.keys()], meshesBefore);
  known.follow(() => agents.carried());
  const origin = await openTakOrigin({ context, agents, outcomes });
  const identity = createIdentity(options, common.guard.tag, clock);
  const { picture, subjects, filterCounts } = common;
  // Clients may speak before everything is in place.
  const early: (() => void)[] = [];
  let takeIn = (source: Source, output: StreamOutput): void => void early.push(() => takeIn(source, output));
  const links = await openTakLinks({
    context,
    options,
    picture,
    identity,
    mayWrite,
    subjects,
    filterCounts,
    takeIn: (source, output) => takeIn(source, output),
  });
  takeIn = createFromTak({ ...common, links, agents, origin, identity, name, maxStaleSeconds });
  for (const take of early) take();
  const relay = await openRelay({ ...common, rules: options, agents, origin });
  const fromMesh = await openFromMesh({ ...common, links, options, relay, duplicates: createDuplicates(clock) });
  await openExplain({ ...common, options, links, identity, agents });
  await bus.subscribe('rxResult', {}, (result, _, bytes) => {
    // What comes after the links are closed is left to a later life of this egress.
    if (result !== undefined && !signal.aborted) fromMesh(result, bytes);
  });
  await openCertificateCommands(context, options);
  status.setDestination(create(DestinationSchema, { name }));
};

/** Each of a pair has a status of its own. */
const instanceOf = ({ name, pair }: TakEgressOptions): string =>
  pair === undefined ? name : pairInstanceName(name, pair.instance);

export const takEgress: Service<TakEgressOptions> = {
  name: 'tak-egress',
  section: 'tak',
  options: takOptions,
  instance: instanceOf,
  // Registered also while it is away: what is heard meanwhile waits for it.
  will: (options) => serviceWill('tak-egress', instanceOf(options), create(DestinationSchema, { name: options.name })),
  start,
};
