/** The recorder: a service that writes down what goes over the bus, and publishes nothing but its status. */
import { createTtlMap, openRecordingWriter, ServiceError, VERSION } from '@cotbus/service';
import type { Service, ServiceContext } from '@cotbus/service';
import { eventFromTak, eventToTak, frameEntry, keyOf, outcomeEntry, sendingEntry } from './recorder-entries.ts';
import type { Entry } from './recorder-entries.ts';
import { recorderOptions } from './recorder-options.ts';
import type { RecorderOptions } from './recorder-options.ts';

const MIB = 1024 * 1024;
/** An item is published again until it is settled: once is enough for a recording. */
const REMEMBERED_ITEMS = 100_000;
const REMEMBERED_MS = 24 * 60 * 60 * 1000;

const start = async (context: ServiceContext, options: RecorderOptions): Promise<void> => {
  const { bus, clock, journals, log, onStop, status } = context;
  const { folder } = options;
  const writer = await openRecordingWriter({
    folder,
    maxBytes: options.maxMiB * MIB,
    fs: journals.fs,
    clock,
    by: `Cotbus ${VERSION}`,
    onFault: (fault) => {
      status.setFault('recording', fault);
      if (fault === undefined) log.info({ folder }, 'recording.resumed');
      else log.error({ folder, fault }, 'recording.failed');
    },
    count: status.count,
  }).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new ServiceError('options', `record.folder: ${folder} cannot be made (${why})`, error);
  });
  // So that nobody takes its files away meanwhile. Another recorder may share the folder: then that one says so.
  const lock = await journals.fs.lock(folder).catch(() => undefined);
  if (lock !== undefined && 'release' in lock) onStop('recordings folder', () => lock.release());
  onStop('recording', () => writer.close());

  const seen = createTtlMap<string, true>({ ttlMs: REMEMBERED_MS, maxEntries: REMEMBERED_ITEMS, clock });
  const isNew = (what: string, key: string): boolean => {
    const name = `${what} ${key}`;
    if (seen.has(name)) return false;
    seen.set(name, true);
    return true;
  };
  const put = (entry: Entry | undefined): void => {
    if (entry === undefined) return;
    status.count(`recorded_${String(entry['type'])}s_total`);
    writer.put(entry);
  };

  for (const topic of ['frameHeard', 'fragmentHeard'] as const) {
    await bus.subscribe(topic, {}, (heard, { agent }) => {
      if (heard && isNew('frame', keyOf(heard.item?.id))) put(frameEntry(heard, agent, clock.now()));
    });
  }
  await bus.subscribe('eventHeard', {}, (heard) => {
    if (heard && isNew('event', keyOf(heard.item?.id))) put(eventFromTak(heard, clock.now()));
  });
  await bus.subscribe('rxResult', {}, (result) => {
    // Several workers may assemble the same transfer.
    if (result && isNew('result', result.transfer || keyOf(result.item?.id))) put(eventToTak(result, clock.now()));
  });
  await bus.subscribe('txResult', {}, (result) => {
    if (result && isNew('sending', `${result.mesh} ${keyOf(result.item?.id)}`)) put(sendingEntry(result, clock.now()));
  });
  await bus.subscribe('outcome', {}, (batch, { owner }) => {
    for (const outcome of batch?.outcomes ?? []) {
      if (isNew('outcome', `${keyOf(outcome.item)} ${outcome.destination}`)) put(outcomeEntry(outcome, owner));
    }
  });
  log.info({ folder, maxMiB: options.maxMiB }, 'recording.started');
};

export const recorder: Service<RecorderOptions> = {
  name: 'recorder',
  section: 'record',
  options: recorderOptions,
  instance: ({ name }) => name,
  start,
};
