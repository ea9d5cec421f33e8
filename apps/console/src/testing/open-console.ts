/** A console for tests: on a free port, over a memory bus, with a data folder of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testContext } from '@cotbus/service/testing';
import type { TestContext } from '@cotbus/service/testing';
import { statusConsole } from '../console.ts';
import { consoleOptions } from '../options.ts';
import { NOON } from './sample-bus.ts';

/** What a test has opened; last opened, first closed. */
export const opened: (() => Promise<void> | void)[] = [];
export const closeAll = async (): Promise<void> => {
  for (const close of opened.splice(0).toReversed()) await close();
};

export const OPERATE = 'operate-token-0001';
export const VIEW = 'view-token-000001';

/** A console on a free port, over a memory bus; `radio` is another participant of the bus. */
export const openConsole = async (
  options: Record<string, unknown> = {},
  folder = temporaryFolder(),
  beside?: Pick<TestContext, 'broker' | 'clock'>,
) => {
  const instance = typeof options['name'] === 'string' ? options['name'] : 'console';
  const context = testContext({
    name: 'console',
    instance,
    ...(beside && { broker: beside.broker, clock: beside.clock }),
  });
  opened.push(() => context.stop());
  if (beside === undefined) context.clock.set({ nowMs: NOON });
  const addressed = new Promise<string>((resolve) => {
    void context.broker.connect().subscribe('serviceStatus', { instance }, (status) => {
      const address = status?.links.find(({ name }) => name === 'page')?.address;
      if (address !== undefined) resolve(address);
    });
  });
  const tokens = { operate: OPERATE, view: VIEW };
  await statusConsole.start(
    { ...context, journals: { ...context.journals, folder } },
    consoleOptions.parse({ port: 0, tokens, ...options }),
  );
  await context.clock.pass(1000);
  return { ...context, url: await addressed, folder, radio: context.broker.connect() };
};

export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-console-'));
  opened.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

export interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

interface Question {
  readonly method?: string;
  /** Those of somebody who may look, when left out. */
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

export const asViewer = { authorization: `Bearer ${VIEW}` };
export const asOperator = { authorization: `Bearer ${OPERATE}` };

/** node:http instead of fetch: Host and method as the test wants them. */
export const ask = async (url: string, { method, headers = asViewer, body }: Question = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request(url, { agent: false, headers, ...(method !== undefined && { method }) }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    asked.on('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });

export const post = async (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
