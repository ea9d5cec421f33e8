/** The radio agent: wiring between one radio and the bus. */
import { randomBytes } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { Kind, LinkState, LinkStatusSchema, nodeText } from '@cotbus/contracts';
import type { ChannelStatus } from '@cotbus/contracts';
import { createNodeTable, createPacketIds } from '@cotbus/meshtastic';
import type { Moment, NodeTable } from '@cotbus/meshtastic';
import { openKnownDestinations, openOutcomeLog, superviseLink, watchDestinations } from '@cotbus/service';
import type { Clock, Service, ServiceContext } from '@cotbus/service';
import { agentWill, channelStatuses, createAgentStatus } from './agent-status.ts';
import type { AgentStatusReport } from './agent-status.ts';
import { openIdentities } from './identity.ts';
import type { Identities } from './identity.ts';
import { createMeshWatch } from './mesh-watch.ts';
import type { MeshWatch } from './mesh-watch.ts';
import { createNodePublisher } from './node-publisher.ts';
import type { NodePublisher } from './node-publisher.ts';
import { chooseDialect, v2FormOf } from './dialect.ts';
import type { DialectChoice } from './dialect.ts';
import { createNodeLimit } from './node-limit.ts';
import type { NodeLimit, NodeLimitOptions } from './node-limit.ts';
import { openNodeStore } from './node-store.ts';
import { radioOptions } from './options.ts';
import type { RadioOptions } from './options.ts';
import { closedToTak } from './heard-channels.ts';
import { createPeersHeard } from './peers-heard.ts';
import type { DialectsHeard, PeersHeard } from './peers-heard.ts';
import { createRadioEvents } from './radio-events.ts';
import { createRadioSource } from './radio-source.ts';
import type { RadioSource } from './radio-source.ts';
import { noRadioYet } from './radio-state.ts';
import type { RadioNow } from './radio-state.ts';
import { createRefreshClock } from './refresh.ts';
import { openReceiver } from './rx.ts';
import type { Receiver } from './rx.ts';
import { learnIdentity } from './tak-identity.ts';
import type { Transmitter } from './transmitter.ts';
import { openSender } from './tx.ts';
import type { Sender } from './tx.ts';
import { airClosed } from './tx-gate.ts';

const start = async (context: ServiceContext, options: RadioOptions): Promise<void> => {
  const { bus, clock, journals, log, nonce, onStop, status } = context;
  const { name: agent, mesh, toMesh } = options;
  const radioNow = noRadioYet();
  const now = (): Moment => ({ monotonicMs: clock.monotonic(), wallMs: clock.now() });

  const outcomes = await openOutcomeLog({ owner: agent, journals, bus, clock, nonce, log, count: status.count });
  onStop('outcomes', () => outcomes.close());
  const { table, store, nodes } = await openNodes(context, options);
  const destinations = await openDestinations(context, agent);
  const refreshes = createRefreshClock(clock);
  const ends = { context, mesh, outcomes };
  const limit = createNodeLimit(limitOf(options));
  const heard = { closed: closedToTak(options), limit, listens: options.direction !== 'toMesh' };
  const receiver = await openReceiver({ ...ends, ...heard, destinations, table, refreshes });
  const channels = () => channelStatuses(radioNow.radio);
  const peers = await openPeers(context);
  const dialect = followDialect(peers, clock, (heard) => chooseDialect(radioNow.radio, toMesh, heard));
  const nextId = createPacketIds(() => randomBytes(4).readUInt32LE());
  const sender = await openSender({
    ...ends,
    options,
    channels,
    nextId,
    dialectWhy: () => dialect.now().why,
    acknowledged: (result, node) => {
      if (result.kind === Kind.CHAT) receiver.acknowledged(node, result);
    },
  });
  const source = await createRadioSource({ context, options, nextId });
  const hasRadio = source.transport !== 'mqtt';
  const watch = createMeshWatch({ clock, silentMinutes: options.silentMinutes, uplinkUnread: () => source.unread() });
  const identities = await openIdentities({ context, nextId, hasRadio, changed: () => report.changed() });
  const report = createAgentStatus({
    agent,
    mesh,
    bus,
    clock,
    gauge: status.gauge,
    state: () => ({
      ...radioNow,
      ...ownNode(radioNow, table, now()),
      ...sendingState(options, { radioNow, sender, nowMs: clock.monotonic(), ...dialect.now() }),
      nodesKnown: table.nums().length,
      transport: source.transport,
      silentAlarmMs: options.silentMinutes * 60_000,
      facts: watch.facts(),
      identities: identities.all(),
      findings: source.findings(),
    }),
  });
  onStop('status of the radio', () => report.close());
  lookForAlarms(context, watch, limit);

  const onPeer = (): void => {
    if (dialect.hasChanged()) report.changed();
  };
  const formerOwn = store.formerOwn ?? 0;
  const parts = { watch, identities, hasRadio, formerOwn, peers, onPeer, source };
  const keeper = {
    ...parts,
    context,
    options,
    radioNow,
    table,
    receiver,
    transmitter: sender.transmitter,
    nodes,
    report,
    channels,
  };

  await bus.subscribe('txResult', { agent }, (result, _, bytes) => result && sender.take(result, bytes));
  await bus.subscribe('rxResult', { kind: 'pli' }, (result) => {
    const num = result && learnIdentity(result, { mesh, table, now: now() });
    if (num !== undefined) nodes.changed(num);
  });

  const supervised = keepRadio(keeper);
  onStop('radio', () => supervised);
};

/** Radios of gateways read every dialect, whatever they are heard to send. */
const openPeers = async ({ bus }: ServiceContext): Promise<PeersHeard> => {
  const peers = createPeersHeard();
  await bus.subscribe('agentStatus', {}, (said) => {
    if (said !== undefined && said.node !== 0) peers.gateway(said.node);
  });
  return peers;
};

const openNodes = async (context: ServiceContext, { name: agent, mesh, maxNodes }: RadioOptions) => {
  const { bus, clock } = context;
  const table = createNodeTable({ agent, mesh, maxNodes });
  const store = await openNodeStore(context, { agent, mesh, table });
  const nodes = createNodePublisher({ agent, bus, clock, table, store });
  context.onStop('nodes', () => nodes.close());
  return { table, store, nodes };
};

interface Sending extends DialectNow {
  readonly radioNow: RadioNow;
  readonly sender: Sender;
  /** Monotonic. */
  readonly nowMs: number;
}

/** What the status says of the way to the mesh. */
const sendingState = (options: RadioOptions, { radioNow: { radio }, sender, nowMs, dialect, why, heard }: Sending) => ({
  dialect,
  dialectWhy: why,
  heard,
  v2Form: v2FormOf(options.toMesh),
  txClosed: radio === undefined ? '' : airClosed(channelStatuses(radio), options),
  txWaiting: sender.transmitter.waiting,
  air: sender.transmitter.air(),
  airKinds: sender.tally.kinds(nowMs),
  sends: options.direction !== 'toTak' && options.toMesh.kinds.length > 0,
});

/** Who is there to take what is heard; also those that an earlier start knew. */
const openDestinations = async ({ bus, clock, journals, log, nonce, onStop }: ServiceContext, agent: string) => {
  const known = await openKnownDestinations({ name: agent, journals, nonce, clock, log });
  onStop('known destinations', () => known.close());
  const destinations = await watchDestinations(bus, clock, known.all());
  known.follow(() => destinations.alive());
  return destinations;
};

interface DialectNow extends DialectChoice {
  readonly heard: DialectsHeard;
}

/** The dialect as it is now and who speaks another one, and whether that is different from when it was asked last. */
const followDialect = (peers: PeersHeard, clock: Clock, choose: (heard: DialectsHeard) => DialectChoice) => {
  let before = '';
  const now = (): DialectNow => {
    const heard = peers.now(clock.monotonic());
    return { ...choose(heard), heard };
  };
  return {
    now,
    hasChanged: (): boolean => {
      const { dialect, heard } = now();
      const text = [dialect, heard.v1, heard.onlyV2].join(' ');
      const changed = text !== before;
      before = text;
      return changed;
    },
  };
};
const LOOK_FOR_ALARMS_MS = 10_000;

const lookForAlarms = ({ clock, onStop, status }: ServiceContext, watch: MeshWatch, limit: NodeLimit): void =>
  onStop(
    'silence and floods',
    clock.every(LOOK_FOR_ALARMS_MS, () => {
      status.setAlarm('silence', watch.silence());
      status.setAlarm('flood', limit.heldBack());
    }),
  );

/** A recording is played as fast as somebody wishes, and what it holds was taken before. */
const limitOf = ({ recording, nodeLimit }: RadioOptions): NodeLimitOptions =>
  recording === undefined ? nodeLimit : { ...nodeLimit, framesPerMinute: 0 };

interface KeeperParts {
  readonly context: ServiceContext;
  readonly options: RadioOptions;
  readonly source: RadioSource;
  readonly peers: PeersHeard;
  readonly radioNow: RadioNow;
  readonly table: NodeTable;
  readonly receiver: Receiver;
  readonly transmitter: Transmitter;
  readonly nodes: NodePublisher;
  readonly report: AgentStatusReport;
  readonly channels: () => readonly ChannelStatus[];
  /** Somebody was heard who speaks TAK. */
  readonly onPeer: () => void;
  readonly watch: MeshWatch;
  readonly identities: Identities;
  readonly hasRadio: boolean;
  /** Which node the radio was when the agent last ran, 0 = none. */
  readonly formerOwn: number;
}

const linkEvents: Readonly<Record<LinkState, string>> = {
  [LinkState.UNSPECIFIED]: 'radio.unknown',
  [LinkState.CLOSED]: 'radio.closed',
  [LinkState.OPENING]: 'radio.tried',
  [LinkState.OPEN]: 'radio.opened',
  [LinkState.WAITING]: 'radio.away',
};

/** Opens the radio, and opens it again, until the service stops. */
const keepRadio = (parts: KeeperParts): Promise<void> => {
  const { options, source, peers, radioNow, table, receiver, transmitter, nodes, report, channels, onPeer } = parts;
  const { watch, identities, hasRadio, formerOwn } = parts;
  const { address, transport } = source;
  const { clock, log, random, signal, status } = parts.context;
  const { name: agent } = options;

  const moved = (link: LinkState, detail: string): void => {
    radioNow.link = link;
    radioNow.linkDetail = detail;
    if (link === LinkState.OPEN) watch.linkOpened();
    else {
      transmitter.setPort(undefined);
      identities.away();
      watch.linkClosed();
    }
    status.setFault('radio', link === LinkState.OPEN ? undefined : `radio ${address}: ${detail || 'not there yet'}`);
    status.setLink(create(LinkStatusSchema, { name: agent, transport, address, state: link, lastError: detail }));
    report.changed();
  };
  const events = createRadioEvents({
    clock,
    log,
    table,
    receiver,
    transmitter,
    nodes,
    peers,
    onPeer,
    watch,
    identities,
    hasRadio,
    onRadio: (radio) => {
      const former = radioNow.radio?.node ?? formerOwn;
      if (hasRadio && former !== 0 && former !== radio.node) {
        radioNow.formerNode = former;
        log.warn({ from: nodeText(former), to: nodeText(radio.node) }, 'radio.renumbered');
      }
      radioNow.radio = radio;
      table.setOwn(radio.node);
      if (former !== radio.node && table.has(former)) nodes.changed(former);
      const closed = airClosed(channels(), options);
      if (closed !== '') log.warn({ why: closed }, 'air.closed');
      moved(LinkState.OPEN, '');
    },
    onReboot: () => moved(LinkState.OPENING, 'the radio restarts'),
  });
  return superviseLink({
    clock,
    random,
    signal,
    open: async (attempt) => source.open(attempt, events),
    onState: (state, detail) => {
      // Open for us is more than open for TCP: the session says so when it is ready.
      const link = state === LinkState.OPEN ? LinkState.OPENING : state;
      log[state === LinkState.WAITING ? 'warn' : 'debug']({ address, detail }, linkEvents[state]);
      moved(link, detail);
    },
  });
};

const ownNode = ({ radio }: RadioNow, table: NodeTable, now: Moment) => {
  const own = radio && table.state(radio.node, now);
  return {
    nodeName: own?.longName ?? '',
    channelUtilization: own?.metrics?.channelUtilization,
    airUtilTx: own?.metrics?.airUtilTx,
  };
};

export const radioAgent: Service<RadioOptions> = {
  name: 'radio-agent',
  section: 'radio',
  options: radioOptions,
  instance: (options) => options.name,
  will: ({ name, mesh }) => agentWill(name, mesh),
  start,
};
