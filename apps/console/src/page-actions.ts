/** All that a page may ask and do, with the role that it needs. */
import type { IncomingMessage } from 'node:http';
import type { ServiceContext } from '@cotbus/service';
import { printable } from '@cotbus/service';
import { z } from 'zod';
import { DOWNLOADS } from './api.ts';
import {
  certificateQuestion,
  listCertificates,
  makePackage,
  packageWish,
  revocation,
  revokeCertificates,
} from './certificates.ts';
import type { Commands } from './commands.ts';
import { identityRequest, requestIdentity } from './identity.ts';
import { OFFER_MS } from './one-time-downloads.ts';
import type { OneTimeDownloads } from './one-time-downloads.ts';
import type { ConsoleOptions } from './options.ts';
import { overrideRequest } from './overrides.ts';
import type { Overrides } from './overrides.ts';
import { linkHost } from './package-link.ts';
import { pageAction } from './page-action.ts';
import type { ActionAnswer, PageAction } from './page-action.ts';
import { qrRows } from './qr-code.ts';
import { askSettings, settingsQuestion } from './settings.ts';
import { askWhy, whyQuestion } from './why.ts';

export interface QuestionParts {
  readonly commands: Commands;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface ActionParts {
  readonly context: Pick<ServiceContext, 'log'>;
  readonly options: Pick<ConsoleOptions, 'host' | 'hostNames'>;
  readonly commands: Commands;
  readonly overrides: Overrides;
  readonly downloads: OneTimeDownloads;
  /** That the console listens on. */
  readonly port: () => number;
  /** @returns whether it was recorded by this call. */
  readonly acknowledge: (key: string, by: string) => Promise<boolean>;
}

const acknowledgement = z.strictObject({
  key: z.string().min(1).max(300),
  by: z.string().trim().min(1, 'who acknowledges it?').max(60),
});

export const createQuestions = ({ commands, now }: QuestionParts): ReadonlyMap<string, PageAction> =>
  new Map([
    ['/api/certificates', pageAction('view', certificateQuestion, (asked) => listCertificates(commands, asked))],
    ['/api/why', pageAction('view', whyQuestion, (asked) => askWhy(commands, asked, now))],
    ['/api/settings', pageAction('view', settingsQuestion, (asked) => askSettings(commands, asked))],
  ]);

export const createActions = (parts: ActionParts): ReadonlyMap<string, PageAction> => {
  const { commands, overrides, context } = parts;
  return new Map([
    [
      '/api/alarms/acknowledge',
      pageAction('operate', acknowledgement, async ({ key, by }) =>
        (await parts.acknowledge(key, by))
          ? { status: 204 }
          : { status: 409, text: 'There is no such alarm, or somebody was faster.' },
      ),
    ],
    [
      '/api/identity',
      pageAction('operate', identityRequest, async (asked) => ({
        status: 200,
        json: await requestIdentity(commands, asked),
      })),
    ],
    [
      '/api/overrides',
      pageAction('operate', overrideRequest, async (wish) => {
        await overrides.set(wish);
        context.log.info({ node: wish.node }, 'override.set');
        return { status: 204 };
      }),
    ],
    ['/api/certificates/revoke', pageAction('operate', revocation, (asked) => revokeCertificates(commands, asked))],
    [
      '/api/connection-packages',
      pageAction('operate', packageWish, (wish, request) => offerPackage(parts, wish, request)),
    ],
  ]);
};

/** Made, and kept for whoever has its link. */
const offerPackage = async (
  { commands, downloads, options, port, context }: ActionParts,
  wish: z.output<typeof packageWish>,
  { headers }: IncomingMessage,
): Promise<ActionAnswer> => {
  const answer = await makePackage(commands, wish);
  if (!('made' in answer)) return answer;
  const { fileName, bytes, validToMs, notes } = answer.made;
  context.log.info({ name: printable(wish.name), egress: wish.egress }, 'connection_package.offered');
  const path = `${DOWNLOADS}${downloads.offer({ fileName, bytes })}`;
  const asked = headers.host ?? '';
  const listens = { host: options.host, port: port() };
  const host = linkHost({ asked, listens, wished: wish.host, hostNames: options.hostNames });
  const scheme = headers.origin?.startsWith('https:') === true ? 'https' : 'http';
  const url = host === undefined ? null : `${scheme}://${host}${path}`;
  return {
    status: 200,
    json: {
      fileName,
      validToMs,
      notes,
      lifeMs: OFFER_MS,
      path,
      // Null when no other machine reaches this console: there is nothing to scan.
      url,
      qr: url === null ? [] : qrRows(url),
      isPlain: scheme === 'http',
    },
  };
};
