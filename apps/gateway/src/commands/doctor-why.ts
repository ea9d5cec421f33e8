/** `cotbus doctor --node` and `--link`: why somebody is not seen, and how a TAK link is. Asks over the bus and puts together. */
import { fromBinary } from '@bufbuild/protobuf';
import { ExplanationSchema, nodeText } from '@cotbus/contracts';
import type { NodeState } from '@cotbus/contracts';
import { aliveAgents, fault, findingsOf, systemClock, watchSite } from '@cotbus/service';
import type { Bus } from '@cotbus/service';
import { Finding_Level } from '@cotbus/contracts';
import { findNodes } from '../doctor/find-nodes.ts';
import { linkFindings, whyNotSeen } from '../doctor/why.ts';
import type { Asked, Told } from '../doctor/why.ts';
import { askService } from './ask-service.ts';
import { askPastOutcomes } from './past-outcomes.ts';

export interface WhyOptions {
  /** A node, callsign or uid. */
  readonly node?: string;
  /** A TAK link or listener. */
  readonly link?: string;
  /** Switch the channels of that link's user on at the server. */
  readonly activateChannels?: boolean;
}

/** An egress asks its servers, which have five seconds; to switch channels on takes three rounds. */
const EXPLAIN_MS = 12_000;
const ACTIVATE_MS = 30_000;
/** As many as an egress may be asked for. */
const MAX_NODES = 16;
const MAX_STATES = 10_000;
const MAX_UIDS = 5;

/** @param bus connected. Ends in half a minute at the latest. */
export const examineWhy = async (bus: Bus, options: WhyOptions): Promise<readonly Told[]> => {
  const nodes = new Map<string, NodeState>();
  if (options.node !== undefined) {
    await bus.subscribe('node', {}, (state, { agent, num }) => {
      const key = `${agent} ${num}`;
      if (state === undefined) nodes.delete(key);
      else if (nodes.size < MAX_STATES || nodes.has(key)) nodes.set(key, state);
    });
  }
  const site = await watchSite(bus, systemClock);
  const egresses = site.services.filter(({ status, isAlive }) => isAlive && status.name === 'tak-egress');
  const names = egresses.map(({ status }) => status.instance);
  // Without these nothing passes, whoever is asked about.
  const faults = findingsOf(site).filter(({ level }) => level === Finding_Level.FAULT);
  if (options.node === undefined) return [...faults, ...(await examineLink(bus, names, options))];
  return [...faults, ...(await examineNode(bus, names, options.node, [...nodes.values()], aliveAgents(site)))];
};

const examineNode = async (
  bus: Bus,
  egresses: readonly string[],
  name: string,
  all: readonly NodeState[],
  agents: ReturnType<typeof aliveAgents>,
): Promise<readonly Told[]> => {
  const nodes = findNodes(all, name).slice(0, MAX_NODES);
  const given = { name: name.trim(), ...(nodes.length > 0 && { nodes: nodes.map(nodeText).join(',') }) };
  const asked = await askAll(bus, egresses, 'explain', given, EXPLAIN_MS);
  const fromTak = asked.flatMap(({ answer }) => answer?.subjects ?? []).filter(({ link }) => link !== '');
  const uids = [...new Set(fromTak.map(({ uid }) => uid))].slice(0, MAX_UIDS);
  const wishes = [...uids.map((uid) => ({ uid })), ...nodes.slice(0, MAX_UIDS).map((num) => ({ node: nodeText(num) }))];
  const past = await Promise.all(wishes.map((wish) => askPastOutcomes(bus, systemClock, wish)));
  return whyNotSeen({
    name,
    nodes,
    states: all.filter(({ num }) => nodes.includes(num)),
    agents,
    asked,
    outcomes: past.flat().map(({ outcome }) => outcome),
    nowMs: systemClock.now(),
  });
};

const examineLink = async (
  bus: Bus,
  egresses: readonly string[],
  { link, activateChannels = false }: WhyOptions,
): Promise<readonly Told[]> => {
  const given = link === undefined ? {} : { link };
  const asked = await askAll(bus, egresses, 'explain', given, EXPLAIN_MS);
  const have = asked.filter(({ answer }) => answer !== undefined);
  // Those that have no link of that name are not the ones that were meant.
  if (have.length === 0) return linkFindings(asked);
  const silent = asked.filter(({ answer, refusal }) => answer === undefined && refusal === undefined);
  if (!activateChannels) return linkFindings([...silent, ...have]);
  const names = have.map(({ egress }) => egress);
  return linkFindings([...silent, ...(await askAll(bus, names, 'activate-channels', given, ACTIVATE_MS))]);
};

const askAll = (
  bus: Bus,
  egresses: readonly string[],
  verb: string,
  given: Readonly<Record<string, string>>,
  lifeMs: number,
): Promise<Asked[]> =>
  Promise.all(
    egresses.map(async (egress): Promise<Asked> => {
      const reply = await askService(bus, { target: egress, verb, arguments: given, lifeMs });
      if (reply === undefined) return { egress, answer: undefined };
      if (!reply.ok) return { egress, answer: undefined, refusal: reply.text };
      return { egress, answer: read(reply.bytes) };
    }),
  );

const read = (bytes: Uint8Array) => {
  try {
    return fromBinary(ExplanationSchema, bytes);
  } catch {
    return undefined;
  }
};

/** What somebody asks for that does not fit together; undefined when it does. */
export const whyFault = ({ node, link, activateChannels = false }: WhyOptions): Told | undefined => {
  const words = (cause: string, remedy: string): Told => fault('told_no', { about: 'cotbus doctor', cause, remedy });
  if (activateChannels && link === undefined) {
    return words('It is not said whose channels shall be switched on.', 'Name the link with --link.');
  }
  return node !== undefined && link !== undefined
    ? words(
        'It is asked about a node and about a link.',
        'Ask one after the other: an answer about a node names every link.',
      )
    : undefined;
};
