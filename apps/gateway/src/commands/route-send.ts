/** `cotbus route send FILE`: a route from a file goes in at the TAK door, as if a client had sent it. */
import { basename, extname } from 'node:path';
import { parseEventXml } from '@cotbus/codec';
import { buildRouteEvent, readRouteFile, simplify } from '@cotbus/route-packager';
import { printable, systemClock } from '@cotbus/service';
import type { Bus } from '@cotbus/service';
import { readConfig } from '../read-config.ts';
import { readInput } from './input.ts';
import { connectedOnce, openOperatorBus } from './operator-bus.ts';
import { textLine } from './tail-outcomes.ts';
import { handToTak } from './tak-door.ts';

export interface RouteSendOptions {
  readonly bus?: string;
  readonly config?: string;
  /** host:port of the TAK listener. */
  readonly tak?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly points: number;
  readonly print?: boolean;
}

/** Whether there is a broker shows at once. */
const BUS_MS = 3_000;
/** The air takes its time; who wants to know later asks `cotbus outcomes`. */
const OUTCOME_MS = 15_000;
/** Several meshes answer one after the other. */
const MORE_MS = 1_000;

export const sendRoute = async (file: string, options: RouteSendOptions): Promise<void> => {
  const input = await readInput(file);
  if (!input.ok) return fail(`${file}: ${input.error.message}`);
  const read = readRouteFile(input.bytes, file === '-' ? undefined : basename(file, extname(file)));
  if (!read.ok) return fail(`${file}: ${read.detail}`);
  const { name = read.route.name, uid = read.route.uid } = options;
  const named = { ...read.route, name, uid };
  const route = simplify(named, options.points);
  const xml = buildRouteEvent(route, systemClock.now());
  const checked = parseEventXml(xml);
  if (!checked.ok) return fail(`${file}: ${checked.detail}`);
  const [all, sent] = [named.points.length, route.points.length];
  const reduced = all === sent ? '' : ` (of ${all}: --points takes more)`;
  console.error(printable(`${route.name}: ${sent} points${reduced}, uid ${route.uid}`));
  if (read.otherLines > 0) console.error(`The file has ${read.otherLines} more lines: only the first one is sent.`);
  if (options.print === true) return console.log(xml);
  const door = takDoor(options);
  if (door === undefined) return;
  const bus = await reachBus(options.bus);
  const outcomes = bus && watchOutcomes(bus, route.uid);
  const fault = await handToTak(door, xml);
  if (fault === undefined) {
    console.error(printable(`Handed to ${door.host}:${door.port}.`));
    if (outcomes === undefined) console.error('There is no broker to ask what became of it: cotbus outcomes --past.');
    else await outcomes.wait();
  } else fail(fault);
  await bus?.close();
  process.exit();
};

/** @returns undefined after it said what is wrong */
const takDoor = ({ tak, config }: RouteSendOptions) => {
  if (tak !== undefined) {
    const [, host, port = '8087'] = /^([^\s:]+)(?::(\d{1,5}))?$/.exec(tak) ?? [];
    if (host === undefined || Number(port) > 65_535) return fail(`--tak ${tak}: expected host or host:port`);
    return { host, port: Number(port) };
  }
  const read = readConfig(config);
  if (!read.ok) return fail(read.faults.join('\n'));
  const { host, port } = read.options.tak.listen;
  // Where it listens everywhere, it does here, too.
  return { host: host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host, port };
};

const reachBus = async (url: string | undefined): Promise<Bus | undefined> => {
  const bus = openOperatorBus(url, 'route-send');
  const reached = await Promise.race([connectedOnce(bus).then(() => true), pause(BUS_MS)]);
  if (reached === true) return bus;
  await bus.close();
  return undefined;
};

const watchOutcomes = (bus: Bus, uid: string) => {
  let heard = (): void => {};
  const first = new Promise<void>((resolve) => {
    heard = resolve;
  });
  const watching = bus.subscribe('outcome', {}, (batch, { owner }) => {
    for (const outcome of batch?.outcomes ?? []) {
      if (outcome.uid !== uid) continue;
      console.log(textLine(outcome, owner));
      heard();
    }
  });
  return {
    wait: async (): Promise<void> => {
      await watching;
      const timely = await Promise.race([first.then(() => true), pause(OUTCOME_MS)]);
      if (timely === true) await pause(MORE_MS);
      else console.error(`Nothing is known of it yet: cotbus outcomes --past --uid ${uid} tells later.`);
    },
  };
};

const pause = (ms: number): Promise<undefined> =>
  new Promise((resolve) => {
    systemClock.after(ms, () => resolve(undefined));
  });

const fail = (text: string): undefined => {
  for (const line of text.split('\n')) console.error(printable(line));
  process.exitCode = 1;
  return undefined;
};
