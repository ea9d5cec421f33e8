/** The configuration of each process, as its --config file; and where the programs are. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Command } from './process.ts';

type App = 'radio-agent' | 'codec-worker' | 'tak-egress' | 'route-packager' | 'gateway';

/** The folder that holds `apps/`, seen from the sources as from the build of the harness. */
const findRoot = (from: string): string =>
  existsSync(join(from, 'apps')) || dirname(from) === from ? from : findRoot(dirname(from));
export const ROOT = findRoot(dirname(fileURLToPath(import.meta.url)));
const programOf = (app: App): string => join(ROOT, 'apps', app, 'dist', 'main.js');

const APPS: readonly App[] = ['radio-agent', 'codec-worker', 'tak-egress', 'route-packager', 'gateway'];

/** True when the apps, and what the harness loads into them, are built; false, with one line on stderr, when not. */
export const isBuilt = (): boolean => {
  const missing: string[] = APPS.filter((app) => !existsSync(programOf(app)));
  if (!existsSync(fileURLToPath(preloadOf('wrong-clock')))) missing.push('e2e');
  if (missing.length > 0) {
    process.stderr.write(`Skipped: ${missing.join(', ')} not built; run npm run build && npx tsc -b e2e.\n`);
  }
  return missing.length === 0;
};

export interface ServicePlan {
  readonly app: App;
  readonly name: string;
  /** The section of the service in its configuration. */
  readonly section: Readonly<Record<string, unknown>>;
}

/** Custody is tested, not the air: everything goes as fast as the radio takes it. */
export const TO_MESH = {
  kinds: ['pli', 'chat'],
  force: true,
  airPercent: 100,
  uidIntervalSeconds: 0,
  position: { intervalSeconds: 0, standingSeconds: 0 },
};

export const agentPlan = (name: string, mesh: string, radioPort: number): ServicePlan => ({
  app: 'radio-agent',
  name,
  // Twenty senders bring the load of a large mesh.
  section: { radio: { name, mesh, tcp: `127.0.0.1:${radioPort}`, nodeLimit: { framesPerMinute: 0 }, toMesh: TO_MESH } },
});

/** @param shared several workers share the work. */
export const workerPlan = (name: string, shared: boolean): ServicePlan => ({
  app: 'codec-worker',
  name,
  section: { worker: { name, shared } },
});

export const egressPlan = (name: string): ServicePlan => ({
  app: 'tak-egress',
  name,
  section: { tak: { name, listen: { host: '127.0.0.1', port: 0 } } },
});

export const packagerPlan = (name: string): ServicePlan => ({
  app: 'route-packager',
  name,
  section: { routes: { name } },
});

/** A module of the harness that is loaded into a process before its program: as it is built. */
export const preloadOf = (name: string): string => pathToFileURL(join(ROOT, 'e2e/dist', `${name}.js`)).href;

/** The same program, with a clock that can be made wrong. */
export const withWrongClock = (command: Command): Command => ({
  ...command,
  args: ['--import', preloadOf('wrong-clock'), ...command.args],
});

export interface CommandOptions {
  readonly brokerPort: number;
  /** The journals wait for the disk. */
  readonly durable: boolean;
}

/** Writes the configuration into a folder of the process's own, where it also runs and journals, life after life. */
export const commandOf = (plan: ServicePlan, own: string, options: CommandOptions): Command => {
  const { brokerPort, durable } = options;
  mkdirSync(own, { recursive: true });
  const file = join(own, 'config.yaml');
  // JSON is YAML.
  const config = {
    bus: { url: `mqtt://127.0.0.1:${brokerPort}` },
    health: { port: 0 },
    journals: { durable },
    ...plan.section,
  };
  const args = [programOf(plan.app), '--config', file];
  writeFileSync(file, JSON.stringify(config, undefined, 2));
  return { name: plan.name, file: process.execPath, args, folder: own };
};
