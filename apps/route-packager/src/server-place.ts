/** A TAK server as a place that packages go to, with what the status page says of it. */
import { create } from '@bufbuild/protobuf';
import { openTakServer } from '@cotbus/certificates';
import { LinkState, LinkStatusSchema } from '@cotbus/contracts';
import { printable } from '@cotbus/service';
import type { ServiceContext } from '@cotbus/service';
import { buildDataPackage } from './data-package.ts';
import { createDeliveryQueue } from './delivery-queue.ts';
import type { DeliveryJob, DeliveryResult } from './delivery-queue.ts';
import type { ServerOptions } from './options.ts';
import type { Place } from './pack-route.ts';
import { upload } from './upload.ts';

export const serverPlace = ({ clock, signal, status, log }: ServiceContext, server: ServerOptions): Place => {
  const address = `${server.host}:${server.port}`;
  const hangUps = { count: 0 };
  let lastError = '';
  const report = (waiting: number, why: string): void => {
    if (why !== '') lastError = printable(why);
    const state = why === '' ? LinkState.OPEN : LinkState.WAITING;
    status.setLink(
      create(LinkStatusSchema, { name: `upload ${address}`, transport: 'https', address, state, waiting, lastError }),
    );
  };
  const attempt = async ({ route }: DeliveryJob): Promise<DeliveryResult> => {
    const opened = await openTakServer(server, { now: () => clock.now(), signal, hangUps });
    if (!opened.ok) {
      lastError = printable(opened.text);
      return { kind: opened.away ? 'away' : 'refused', text: opened.text };
    }
    const result = await upload(opened.talk, buildDataPackage(route, 'atak'), server);
    status.count(`uploads_${result.kind}_total`);
    if (result.kind !== 'done') {
      lastError = printable(result.text);
      log.warn({ address, error: lastError }, 'upload.failed');
    }
    return result;
  };
  const queue = createDeliveryQueue({ clock, signal, attempt, changed: report });
  return { words: `uploaded to ${address}`, deliver: (job) => queue.deliver(job) };
};
