/** `cotbus doctor`: what is wrong and what to do about it, of a running gateway or site, or of this machine. */
import { Finding_Level } from '@cotbus/contracts';
import { byLevel, fault, findingsOf, printable, systemClock, watchSite } from '@cotbus/service';
import type { FindingFields } from '@cotbus/service';
import { configFindings, dictionaryFindings, serialFindings, startFindings } from '../doctor/this-machine.ts';
import type { GatewayOptions } from '../options.ts';
import { readConfig } from '../read-config.ts';
import type { Config } from '../read-config.ts';
import type { Told } from '../doctor/why.ts';
import { examineWhy, whyFault } from './doctor-why.ts';
import type { WhyOptions } from './doctor-why.ts';
import { busAddress, connectedWithin, openOperatorBus } from './operator-bus.ts';

export interface DoctorOptions extends WhyOptions {
  readonly bus?: string;
  readonly config?: string;
  readonly json?: boolean;
}

/** A broker answers at once. */
const CONNECT_TIMEOUT_MS = 2_500;
const DEFAULT_DICTIONARIES = 'data/dictionaries';

/** Ends the process: with status 1 when something is wrong, 0 when there are at most notes. */
export const doctor = async (options: DoctorOptions): Promise<void> => {
  const { node, link, activateChannels } = options;
  const isWhy = node !== undefined || link !== undefined || activateChannels === true;
  const findings = await (isWhy ? examineSomebody(options) : examine(options));
  for (const line of options.json === true ? findings.map(jsonLine) : report(findings)) console.log(line);
  process.exitCode = findings.some(isWrong) ? 1 : 0;
};

const examineSomebody = async (options: DoctorOptions): Promise<readonly Told[]> => {
  const wrong = whyFault(options);
  if (wrong !== undefined) return [wrong];
  const url = busUrl(options.bus, readConfig(options.config, gatewayEnvironment(process.env)));
  const bus = openOperatorBus(url, 'doctor');
  try {
    if (!(await connectedWithin(bus, CONNECT_TIMEOUT_MS))) return [unreachable(busAddress(url))];
    return await examineWhy(bus, options);
  } finally {
    await bus.close();
  }
};

const isWrong = ({ level }: FindingFields): boolean => level === Finding_Level.FAULT || level === Finding_Level.WARNING;

const examine = async ({ bus, config: file }: DoctorOptions): Promise<readonly FindingFields[]> => {
  const config = readConfig(file, gatewayEnvironment(process.env));
  const options = config.ok ? config.options : undefined;
  return examineAt(busUrl(bus, config), { config, options, isNamed: file !== undefined });
};

const busUrl = (bus: string | undefined, config: Config): string | undefined =>
  bus ?? process.env['COTBUS_BUS_URL'] ?? (config.ok ? doorOf(config.options) : undefined);

/** Where the broker of a gateway with these options is reached from its own machine. */
const doorOf = ({ bus: { listen } }: GatewayOptions): string | undefined => {
  const { enabled, host, port } = listen;
  if (!enabled || port === 0) return undefined;
  const from = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `mqtt://${from.includes(':') ? `[${from}]` : from}:${port}`;
};

interface Machine {
  readonly config: Config;
  readonly options: GatewayOptions | undefined;
  /** The operator has named the file. */
  readonly isNamed: boolean;
}

const examineAt = async (
  url: string | undefined,
  { config, options, isNamed }: Machine,
): Promise<readonly FindingFields[]> => {
  const bus = openOperatorBus(url, 'doctor');
  const isConnected = await connectedWithin(bus, CONNECT_TIMEOUT_MS);
  const running = isConnected ? findingsOf(await watchSite(bus, systemClock)) : [unreachable(busAddress(url))];
  await bus.close();
  return byLevel([
    ...running,
    ...configFindings(config, isConnected && !isNamed),
    ...(isConnected || options === undefined ? [] : await startFindings(options)),
    ...dictionaryFindings(options?.worker.dictionaries ?? DEFAULT_DICTIONARIES),
    ...(isConnected ? [] : await serialFindings(options)),
  ]);
};

/** Without what is meant for the commands that go to the bus: a gateway has a broker of its own. */
const gatewayEnvironment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^COTBUS_BUS_(URL|ROOT|USERNAME|PASSWORD)/.test(name)));

const unreachable = (address: string): FindingFields =>
  fault('bus_unreachable', {
    about: 'bus',
    cause: `Nothing answers at ${address}: Cotbus does not run here, or its broker has no door (bus.listen) or another address.`,
    remedy: 'Start it (npm start, or cotbus up), or name the broker with --bus or COTBUS_BUS_URL.',
  });

const words: Readonly<Record<number, string>> = {
  [Finding_Level.FAULT]: 'FAULT',
  [Finding_Level.WARNING]: 'WARNING',
  [Finding_Level.NOTE]: 'NOTE',
};
const wordOf = ({ level }: FindingFields): string => words[level] ?? 'NOTE';

/** Two lines for each, and a last one that sums up. Everything in them that others wrote is made printable. */
export const report = (findings: readonly FindingFields[]): readonly string[] => [
  ...findings.flatMap((finding) => [
    printable(`${wordOf(finding).padEnd(7)}  ${finding.about}: ${finding.cause}  [${finding.code}]`),
    printable(`         → ${finding.remedy}`),
  ]),
  summary(findings),
];

const summary = (findings: readonly FindingFields[]): string => {
  const count = (level: Finding_Level): number => findings.filter((finding) => finding.level === level).length;
  const faults = count(Finding_Level.FAULT);
  const warnings = count(Finding_Level.WARNING);
  const notes = findings.length - faults - warnings;
  const told = notes === 0 ? '' : ` Worth knowing: ${notes}.`;
  return faults + warnings === 0 ? `Nothing is wrong.${told}` : `Faults: ${faults}. Warnings: ${warnings}.${told}`;
};

const jsonLine = ({ code, level, about, cause, remedy, ...where }: Told): string =>
  JSON.stringify({ level: (words[level] ?? 'NOTE').toLowerCase(), code, about, cause, remedy, ...placeFields(where) });

/** Nothing else of what a finding may hold. */
const placeFields = ({
  node,
  uid,
  egress,
  place,
  state,
  writtenAtMs,
  waitingBefore,
}: Partial<Told>): Partial<Told> => ({
  ...(node !== undefined && { node }),
  ...(uid !== undefined && { uid }),
  ...(egress !== undefined && { egress }),
  ...(place !== undefined && { place }),
  ...(state !== undefined && { state }),
  ...(writtenAtMs !== undefined && { writtenAtMs }),
  ...(waitingBefore !== undefined && { waitingBefore }),
});
