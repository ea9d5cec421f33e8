/** One run: start, load and faults together, heal, wait until quiet, check. */
import { setTimeout as sleep } from 'node:timers/promises';
import { unsettled } from './check-outcomes.ts';
import { findViolations } from './checks.ts';
import type { Evidence, Violation } from './evidence.ts';
import { injectFaults, scheduleFaults } from './faults.ts';
import type { FaultKind } from './faults.ts';
import { labelText } from './label.ts';
import type { Direction, Label } from './label.ts';
import { readLedger } from './ledger.ts';
import { pace } from './pace.ts';
import { buildReport } from './report.ts';
import type { Report } from './report.ts';
import { startScenario } from './scenario.ts';
import type { Scenario, Topology } from './scenario.ts';
import { numberedEvent } from './tak-events.ts';

/** Nothing has happened for so long: all is settled, or what is not never will be. */
const QUIET_SETTLED_MS = 1500;
const QUIET_UNSETTLED_MS = 10_000;
/** What never becomes quiet is checked as it is. */
const MAX_SETTLE_MS = 90_000;
const LOOK_MS = 250;
/** For the outcomes of contacts and the like, which never stop coming. */
const LAST_OUTCOMES_MS = 1000;

export interface RunOptions extends Topology {
  readonly directions: readonly Direction[];
  /** Frames from the meshes, a second. */
  readonly frames: number;
  readonly rate: number;
  /** Events from TAK, a second: the air carries few. */
  readonly events: number;
  readonly eventRate: number;
  /** For how long there are faults. */
  readonly seconds: number;
  readonly faults: readonly FaultKind[];
}

/** @param say one line for a person. @throws HarnessError when the system cannot be started or does not heal. */
export const runOnce = async (options: RunOptions, mosquitto: string, say: (text: string) => void): Promise<Report> => {
  const scenario = await startScenario(options, mosquitto);
  try {
    say(`all ready, seed ${options.seed}`);
    const { seed, seconds } = options;
    const faults = scheduleFaults({ seed, seconds, kinds: options.faults, targets: scenario.targets });
    const given = new Set<Label>();
    await Promise.all([load(options, scenario, given), injectFaults(faults, scenario.hurt, say)]);
    const healed = await heal(scenario, say);
    const quietMs = await untilQuiet(scenario);
    say(`quiet after ${(quietMs / 1000).toFixed(1)} s`);
    const evidence = await collect(scenario, given, faults.length === 0);
    return buildReport(evidence, [...findViolations(evidence), ...healed, ...deathsOf(scenario)]);
  } finally {
    await scenario.stop();
  }
};

const load = async (options: RunOptions, scenario: Scenario, given: Set<Label>): Promise<void> => {
  const { site, clients } = scenario;
  const speakers = speakersOf(clients);
  const rx = async (): Promise<void> =>
    pace(options.frames, options.rate, (number) => {
      given.add(labelText('rx', number));
      site.transmit(number);
    });
  const tx = async (): Promise<void> =>
    pace(options.events, options.eventRate, (number) => {
      const speaker = speakers[number % speakers.length];
      const sent = speaker?.send(numberedEvent(speaker.destination, number, Date.now())) === true;
      if (sent) given.add(labelText('tx', number));
    });
  await Promise.all([options.directions.includes('rx') ? rx() : [], options.directions.includes('tx') ? tx() : []]);
};

/** The last client of each egress: the one that is hurt, when there are several. */
const speakersOf = (clients: Scenario['clients']): Scenario['clients'] =>
  clients.filter(({ destination }, index) => clients[index + 1]?.destination !== destination);

const heal = async (scenario: Scenario, say: (text: string) => void): Promise<Violation[]> => {
  try {
    await scenario.heal();
    return [];
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    say(`not healed: ${sentence}`);
    return [{ rule: 'not healed', about: 'the system', sentence }];
  }
};

/**
 * Waits until every item is settled, or nothing of ours has moved for a while: radios and services talk of themselves
 * for ever. @returns how long it took, in milliseconds.
 */
const untilQuiet = async (scenario: Scenario): Promise<number> => {
  const startMs = performance.now();
  let last = '';
  for (let quietSinceMs = startMs; performance.now() - startMs < MAX_SETTLE_MS; await sleep(LOOK_MS)) {
    const { text, settled } = progress(scenario);
    if (text !== last) quietSinceMs = performance.now();
    last = text;
    const quietMs = performance.now() - quietSinceMs;
    if (quietMs >= (settled ? QUIET_SETTLED_MS : QUIET_UNSETTLED_MS)) break;
  }
  return performance.now() - startMs;
};

const progress = ({ watch, site, clients }: Scenario): { readonly text: string; readonly settled: boolean } => {
  const ledger = readLedger(watch.batches);
  const ours = [...watch.items.values()].filter(({ label }) => label !== undefined);
  const open = unsettled({ items: ours, ledger });
  const seen = [...clients, ...site.witnesses].map(({ sightings }) => sightings.filter(({ label }) => label).length);
  return { text: [ours.length, open, ...seen].join(), settled: open === 0 };
};

/** The items are those of now; what ends them may come a little later. */
const collect = async (scenario: Scenario, given: ReadonlySet<Label>, unhurt: boolean): Promise<Evidence> => {
  const { watch, site, clients } = scenario;
  const items = [...watch.items.values()];
  await sleep(LAST_OUTCOMES_MS);
  const ledger = readLedger(watch.batches);
  return { items, ledger, witnesses: [...clients, ...site.witnesses], given, unhurt, overflow: watch.overflow };
};

const deathsOf = ({ deaths }: Scenario): Violation[] =>
  deaths.map(({ name, how, lastWords }) => ({
    rule: 'died by itself',
    about: name,
    sentence: `${name} ended by itself (${how}): ${lastWords}`,
  }));
