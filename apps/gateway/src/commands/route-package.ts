/** `cotbus route-package list|show`: the routes that packagers keep, and their packages as files. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createMessage } from '@cotbus/contracts';
import type { MessageOf, Reply } from '@cotbus/contracts';
import { printable, systemClock } from '@cotbus/service';
import type { Bus } from '@cotbus/service';
import { connectedOnce, openOperatorBus } from './operator-bus.ts';

type RouteNotice = MessageOf<'route'>;

interface BusOptions {
  readonly bus?: string;
}

export interface ListRouteOptions extends BusOptions {
  readonly json?: boolean;
}

export interface ShowRouteOptions extends BusOptions {
  readonly json?: boolean;
  readonly out?: string;
  readonly layout?: string;
}

/** Retained messages come at once, and so do answers. */
const WAIT_MS = 1_000;
const ANSWER_MS = 5_000;
const HASH_SHOWN = 12;

export const listRoutePackages = async (options: ListRouteOptions): Promise<void> => {
  const { bus, routes } = await knownRoutes(options);
  if (options.json === true) for (const route of routes) console.log(jsonLine(route));
  else if (routes.length === 0) console.log('No route has been received.');
  else for (const route of routes) console.log(textLine(route));
  await leave(bus);
};

/** @param wanted a uid, a hash, or how one begins */
export const showRoutePackage = async (wanted: string, options: ShowRouteOptions): Promise<void> => {
  const { bus, routes } = await knownRoutes(options);
  const [route, ...more] = exactOr(routes, wanted);
  if (route === undefined) fail(`There is no route ${wanted}: cotbus route-package list shows all.`);
  else if (more.length > 0) fail(`${more.length + 1} routes begin with ${wanted}: give more of it.`);
  else if (options.out === undefined) console.log(options.json === true ? jsonLine(route) : fullText(route));
  else await save(bus, route, options.out, options.layout);
  await leave(bus);
};

const exactOr = (routes: readonly RouteNotice[], wanted: string): readonly RouteNotice[] => {
  const exact = routes.filter(({ uid, hash }) => uid === wanted || hash === wanted);
  return exact.length > 0 ? exact : routes.filter(({ hash }) => wanted.length >= 4 && hash.startsWith(wanted));
};

const knownRoutes = async ({ bus: url }: BusOptions) => {
  const bus = openOperatorBus(url, 'route-package');
  await connectedOnce(bus);
  const found = new Map<string, RouteNotice>();
  await bus.subscribe('route', {}, (route, { hash }) => {
    if (route === undefined) found.delete(hash);
    else found.set(hash, route);
  });
  await pause(WAIT_MS);
  return { bus, routes: [...found.values()].toSorted((a, b) => a.atMs - b.atMs) };
};

const save = async (bus: Bus, route: RouteNotice, out: string, layout: string | undefined): Promise<void> => {
  const asked = layout ?? (out.endsWith('.kml') ? 'kml' : 'plain');
  const reply = await ask(bus, route, asked);
  if (reply === undefined) return fail(`${route.packager} does not answer: is it running?`);
  if (!reply.ok) return fail(reply.text);
  if (out === '-') return writeOut(reply.bytes);
  try {
    await writeFile(out, reply.bytes);
    console.log(printable(`${out}: ${reply.bytes.length} bytes`));
  } catch (error) {
    fail(error instanceof Error ? error.message : out);
  }
};

const writeOut = (bytes: Uint8Array): Promise<void> =>
  new Promise((resolve) => {
    process.stdout.write(bytes, () => resolve());
  });

const ask = async (bus: Bus, { packager, hash }: RouteNotice, layout: string): Promise<Reply | undefined> => {
  const id = `package-${randomBytes(4).toString('hex')}`;
  const answered = new Promise<Reply>((resolve) => {
    void bus
      .subscribe('reply', { id }, (reply) => reply && resolve(reply))
      .then(() => {
        const words = { route: hash, layout };
        const command = { id, target: packager, verb: 'package', lifeMs: ANSWER_MS, arguments: words };
        bus.publish('command', createMessage('command', command));
      });
  });
  return Promise.race([answered, pause(ANSWER_MS)]);
};

const pause = (ms: number): Promise<undefined> =>
  new Promise((resolve) => {
    systemClock.after(ms, () => resolve(undefined));
  });

const timeText = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').slice(0, 19);

const textLine = ({ hash, atMs, points, mesh, name, uid }: RouteNotice): string =>
  printable(`${hash.slice(0, HASH_SHOWN)}  ${timeText(atMs)}  ${points} points  ${mesh}  ${name}  (${uid})`);

const fullText = (route: RouteNotice): string =>
  [
    ...route.notice.split('\n').map(printable),
    '',
    printable(`uid       ${route.uid}`),
    `received  ${timeText(route.atMs)} UTC`,
    printable(`from      !${route.node.toString(16).padStart(8, '0')} on ${route.mesh}`),
    `points    ${route.points}`,
    printable(`package   ${route.fileName}, ${route.sizeBytes} bytes, SHA-256 ${route.hash}`),
  ].join('\n');

const jsonLine = ({ $typeName: _type, $unknown: _unknown, atMs, ...route }: RouteNotice): string =>
  JSON.stringify({ at: new Date(atMs).toISOString(), ...route });

const fail = (text: string): void => {
  console.error(printable(text));
  process.exitCode = 1;
};

/** A timer of the connection attempt must not keep a finished command alive. */
const leave = async (bus: Bus): Promise<void> => {
  await bus.close();
  process.exit();
};
