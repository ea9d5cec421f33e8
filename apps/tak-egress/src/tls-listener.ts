/**
 * The certificates of the TLS listener over time: it opens when there are some, takes those that take their place from the next
 * connection on, and keeps the ones it has while new ones are wrong.
 */
import { stat } from 'node:fs/promises';
import { create } from '@bufbuild/protobuf';
import { LinkState, LinkStatusSchema } from '@cotbus/contracts';
import { printable } from '@cotbus/service';
import type { ServiceContext } from '@cotbus/service';
import type { Listener, ListenerOptions } from './listener.ts';
import type { TakEgressOptions } from './options.ts';
import { certificatesFolder, ownTlsFiles, readTlsFiles, revokedFingerprints } from './tls-files.ts';
import type { TlsFiles } from './tls-files.ts';

const NAME = 'listenTls';
/** How often it is looked whether a file is another one. */
const LOOK_MS = 5_000;

export interface TlsListener {
  readonly isOpen: boolean;
}

type Open = (listen: Omit<ListenerOptions, 'section'>) => Promise<Listener>;

/**
 * Off until it has certificates; with wrong ones everything else goes on, and the status says what is wrong.
 * @throws ServiceError when it cannot listen.
 */
export const openTlsListener = async (
  context: ServiceContext,
  options: TakEgressOptions['listenTls'],
  open: Open,
): Promise<TlsListener> => {
  const { clock, journals, log, status } = context;
  const folder = certificatesFolder(journals.folder);
  let listener: Listener | undefined;
  let seen = '';

  const unusable = (files: TlsFiles, fault: string): void => {
    const keeps = listener === undefined ? '' : ' The ones before are in use.';
    const lastError = printable(`${fault}${keeps}`);
    log.error({ fault: lastError, cert: files.cert }, 'listener.certificates_unusable');
    status.setFault(NAME, `tak.listenTls: ${lastError}`);
    if (listener === undefined) reportClosed(context, options, lastError);
  };
  const use = async (files: TlsFiles): Promise<void> => {
    const read = await readTlsFiles(files, 'server', clock.now());
    if (!read.ok) {
      unusable(files, read.fault);
      return;
    }
    for (const warning of read.warnings) log.warn({ warning: printable(warning) }, 'listener.certificates');
    if (listener === undefined) {
      const { host, port, protocol } = options;
      const tls = { context: read.options, revoked: () => revokedFingerprints(folder) };
      listener = await open({ host, port, protocol, tls });
    } else {
      listener.renew(read.options);
      log.info('listener.certificates_renewed');
    }
    status.setFault(NAME, undefined);
  };
  const look = async (): Promise<void> => {
    const files = options.tls ?? ownTlsFiles(folder);
    if (files === undefined) return;
    const state = await stateOf(files);
    if (state === seen) return;
    seen = state;
    await use(files);
  };
  if (!options.enabled) return { isOpen: false };
  await look();
  followChanges(context, look, (error) => unusable(options.tls ?? {}, error.message));
  return {
    get isOpen() {
      return listener !== undefined;
    },
  };
};

const followChanges = (
  { clock, onStop, signal }: ServiceContext,
  look: () => Promise<void>,
  failed: (error: Error) => void,
): void => {
  let isLooking = false;
  const stop = clock.every(LOOK_MS, () => {
    if (isLooking || signal.aborted) return;
    isLooking = true;
    void look()
      .catch(failed)
      .finally(() => {
        isLooking = false;
      });
  });
  onStop('certificates of the TLS listener', stop);
};

/** Differs when a file was written, replaced or removed. */
const stateOf = async ({ cert, key, ca }: TlsFiles): Promise<string> => {
  const states = [cert, key, ca].map(async (file) => {
    if (file === undefined) return '';
    try {
      const { mtimeMs, size, ino } = await stat(file);
      return `${mtimeMs} ${size} ${ino}`;
    } catch {
      return 'none';
    }
  });
  return (await Promise.all(states)).join();
};

const reportClosed = (
  { status }: ServiceContext,
  { host, port }: TakEgressOptions['listenTls'],
  lastError: string,
): void =>
  status.setLink(
    create(LinkStatusSchema, {
      name: NAME,
      transport: 'tls-server',
      address: `${host}:${port}`,
      state: LinkState.CLOSED,
      lastError,
    }),
  );
