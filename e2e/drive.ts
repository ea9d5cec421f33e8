/** One run: start, load and faults together, heal, wait until quiet, check. */
import { setTimeout as sleep } from 'node:timers/promises';
import { unsettled } from './check-outcomes.ts';
import { findAll } from './checks.ts';
import type { Evidence, Violation } from './evidence.ts';
import { scheduleFaults } from './faults.ts';
import type { Fault } from './faults.ts';
import { injectFaults } from './inject.ts';
import { labelText } from './label.ts';
import type { Direction, Label } from './label.ts';
import { readLedger } from './ledger.ts';
import { pace } from './pace.ts';
import { buildReport } from './report.ts';
import type { Report } from './report.ts';
import { startScenario } from './scenario.ts';
import type { Scenario } from './scenario.ts';
import type { Topology } from './topology.ts';
import { numberedEvent, sendersAt } from './tak-events.ts';

const LOOK_MS = 250;
/** Nothing has happened for so many looks, 3 s: all is settled, and what a radio had in its queue is sent. */
const QUIET_SETTLED_LOOKS = 12;
/** Or never will be: an origin asks after half a minute what a sink has taken, and rests nearly as long before a last try. */
const QUIET_UNSETTLED_LOOKS = 180;
/** What never becomes quiet is checked as it is. */
const MAX_SETTLE_MS = 400_000;
/** For answers to the question for outcomes, and for those of contacts and the like, which never stop coming. */
const LAST_OUTCOMES_MS = 2000;
/** Contacts go on while all else is quiet: the last of them end within a moment that is long on a busy machine. */
const CONTACTS_SETTLE_MS = 30_000;
/** After the last fault. */
const LOAD_AFTER_SECONDS = 2;

export interface RunOptions extends Topology {
  readonly directions: readonly Direction[];
  /** Frames from the meshes, a second. */
  readonly frames: number;
  readonly rate: number;
  /** Events from TAK, a second: the air of its own speed carries few. */
  readonly events: number;
  readonly eventRate: number;
  /** For how long there are faults. */
  readonly seconds: number;
  /** From one to the next; a second, if left out. */
  readonly faultEveryMs?: number;
  /** How many there are at most; with it the load lasts as long as they do, at the rates. */
  readonly faultCount?: number;
}

/** @param say one line for a person. @throws HarnessError when the system cannot be started or does not heal. */
export const runOnce = async (options: RunOptions, mosquitto: string, say: (text: string) => void): Promise<Report> => {
  const scenario = await startScenario(options, mosquitto);
  try {
    say(`all ready, seed ${options.seed}`);
    const { seed, seconds, faultCount, faultEveryMs } = options;
    const faults = scheduleFaults({
      seed,
      seconds,
      kinds: options.faults,
      targets: scenario.targets,
      ...(faultEveryMs !== undefined && { everyMs: faultEveryMs }),
      ...(faultCount !== undefined && { count: faultCount }),
    });
    const given = new Set<Label>();
    await Promise.all([load(lasting(options, faults), scenario, given), injectFaults(faults, scenario.hurt, say)]);
    const healed = await heal(scenario, say);
    const quietMs = await untilQuiet(scenario);
    say(`quiet after ${(quietMs / 1000).toFixed(1)} s`);
    const evidence = await collect(scenario, given, faults);
    return buildReport(evidence, [...findAll(evidence), ...healed, ...deathsOf(scenario)], faults.length);
  } finally {
    await scenario.stop();
  }
};

/** Load before, with and after the faults, where their number is given. */
const lasting = (options: RunOptions, faults: readonly Fault[]): RunOptions => {
  if (options.faultCount === undefined) return options;
  const seconds = Math.max(0, ...faults.map(({ atMs, durationMs }) => (atMs + durationMs) / 1000)) + LOAD_AFTER_SECONDS;
  return {
    ...options,
    frames: Math.ceil(options.rate * seconds),
    events: Math.ceil(options.eventRate * seconds),
  };
};

const load = async (options: RunOptions, scenario: Scenario, given: Set<Label>): Promise<void> => {
  const { site, clients } = scenario;
  const speakers = speakersOf(clients);
  const senders = sendersAt(options.eventRate);
  const rx = async (): Promise<void> =>
    pace(options.frames, options.rate, (number) => {
      given.add(labelText('rx', number));
      site.transmit(number);
    });
  const tx = async (): Promise<void> =>
    pace(options.events, options.eventRate, (number) => {
      const speaker = speakers[number % speakers.length];
      const sent = speaker?.send(numberedEvent(speaker.destination, number, Date.now(), senders)) === true;
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
  let same = 0;
  while (performance.now() - startMs < MAX_SETTLE_MS) {
    const { text, settled } = progress(scenario);
    same = text === last ? same + 1 : 0;
    last = text;
    // Looks, not time: on a busy machine the radios, which live here too, get on only as often as these looks do.
    if (same >= (settled ? QUIET_SETTLED_LOOKS : QUIET_UNSETTLED_LOOKS)) break;
    await sleep(LOOK_MS);
  }
  return performance.now() - startMs;
};

const progress = ({ watch, witnesses, losses }: Scenario): { readonly text: string; readonly settled: boolean } => {
  const ledger = readLedger(watch.batches);
  const ours = [...watch.items.values()].filter(({ label }) => label !== undefined);
  const open = unsettled({ items: ours, isDeclined: watch.isDeclined, ledger, losses });
  const seen = witnesses.map(({ sightings }) => sightings.filter(({ label }) => label).length);
  return { text: [ours.length, open, ...seen].join(), settled: open === 0 };
};

/** The items are those of now; what ends them may come a little later. */
const collect = async (scenario: Scenario, given: ReadonlySet<Label>, faults: readonly Fault[]): Promise<Evidence> => {
  const { watch, witnesses, losses } = scenario;
  const items = [...watch.items.values()];
  await watch.askOutcomes();
  await sleep(LAST_OUTCOMES_MS);
  const endMs = performance.now() + CONTACTS_SETTLE_MS;
  const isOpen = (): boolean =>
    unsettled({ items, isDeclined: watch.isDeclined, ledger: readLedger(watch.batches), losses }) > 0;
  while (isOpen() && performance.now() < endMs) await sleep(LOOK_MS);
  const ledger = readLedger(watch.batches);
  return {
    items,
    isDeclined: watch.isDeclined,
    ledger,
    witnesses,
    given,
    unhurt: faults.length === 0,
    losses,
    wrongClocks: new Set(
      faults.flatMap(({ kind, target }) => (kind === 'clock-jump' ? scenario.ownersOf(target) : [])),
    ),
    overflow: watch.overflow,
  };
};

const deathsOf = ({ deaths }: Scenario): Violation[] =>
  deaths.map(({ name, how, lastWords }) => ({
    rule: 'died by itself',
    about: name,
    sentence: `${name} ended by itself (${how}): ${lastWords}`,
  }));
