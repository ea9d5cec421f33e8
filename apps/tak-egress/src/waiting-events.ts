/**
 * What waits for links and clients, in a journal of its own: the sink's journal says that an item has not ended, this one
 * where it still has to go. And the clients that were here: a restart must not forget for whom messages wait.
 */
import { createHash } from 'node:crypto';
import { parseEventXml } from '@cotbus/codec';
import { openJournal } from '@cotbus/service';
import type { Journal, ServiceContext } from '@cotbus/service';
import type { Outgoing } from './outgoing.ts';

const MAX_BYTES = 64 * 1024 * 1024;
const SEGMENT_BYTES = 4 * 1024 * 1024;
const MAX_CLIENTS = 1_000;
/** Who was not here for a day is not waited for. */
export const CLIENT_KEPT_MS = 24 * 60 * 60_000;

export interface KnownClient {
  /** Fingerprint of its certificate, else its uid. */
  readonly id: string;
  readonly uid: string;
  readonly callsign: string;
  /** Epoch milliseconds. */
  readonly seenMs: number;
}

interface WaitingEvent {
  readonly owner: string;
  readonly out: Outgoing;
  /** When it began to wait, by the monotonic clock of now. */
  readonly sinceMs: number;
  /** Links that had it then. */
  readonly delivered: readonly string[];
}

export interface WaitingEvents {
  /** In the order in which they began to wait. */
  readonly recovered: readonly WaitingEvent[];
  readonly clients: readonly KnownClient[];
  /** @param owner for whom it waits: a link or a client, by a name that a restart does not change. */
  note(owner: string, out: Outgoing, delivered: readonly string[]): void;
  forget(owner: string, out: Outgoing): void;
  noteClient(client: KnownClient): void;
  forgetClient(id: string): void;
}

interface WaitingRecord {
  readonly owner: string;
  readonly xml: string;
  /** Wall clock, epoch milliseconds. */
  readonly sinceMs: number;
  readonly from?: string | undefined;
  readonly item?: string | undefined;
  readonly delivered: readonly string[];
}

type Entry = { readonly waits: WaitingRecord } | { readonly client: KnownClient };

const clientKey = (id: string): string => `client ${createHash('sha256').update(id).digest('hex')}`;
const encode = (entry: Entry): Uint8Array => new TextEncoder().encode(JSON.stringify(entry));
const decode = (bytes: Uint8Array): Entry | undefined => {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as Entry;
  } catch {
    return undefined;
  }
};

/** It is closed through the context. @throws JournalError when the folder cannot hold it. */
export const openWaitingEvents = async (context: ServiceContext): Promise<WaitingEvents> => {
  const { instance, journals, nonce, clock, log, onStop, status } = context;
  const { folder, fs, durable } = journals;
  const journal = await openJournal({
    folder,
    fs,
    name: `waiting-${instance}`,
    maxBytes: MAX_BYTES,
    segmentBytes: SEGMENT_BYTES,
    nonce,
    clock,
    log,
    onEvent: (event) => {
      if (event.kind === 'lost') log.error({ records: event.keys.length }, 'journal.records_lost');
    },
  });
  const keys = new Map<string, Map<Outgoing, string>>();
  const keysOf = (owner: string): Map<Outgoing, string> => {
    const known = keys.get(owner) ?? new Map<Outgoing, string>();
    keys.set(owner, known);
    return known;
  };
  let last = 0;

  const append = (key: string, entry: Entry): void => {
    const answer = journal.append({ key, payload: encode(entry), sync: durable });
    if (answer.ok) return;
    status.count('waiting_events_unjournaled_total');
    log.warn({ reason: answer.reason }, 'waiting.not_journaled');
  };

  // In a flood most of what is noted is gone within the same turn: it is not worth its writing.
  const fresh = new Map<string, Map<Outgoing, WaitingRecord>>();
  let flush: NodeJS.Immediate | undefined;
  const recordOf = (owner: string, out: Outgoing, delivered: readonly string[]): WaitingRecord => {
    const { xml, from, item } = out;
    return { owner, xml, sinceMs: clock.now(), from, item, delivered };
  };
  const writeFresh = (): void => {
    flush = undefined;
    for (const [owner, records] of fresh) {
      for (const [out, waits] of records) {
        const key = `${journal.incarnation}.${++last}`;
        keysOf(owner).set(out, key);
        append(key, { waits });
      }
    }
    fresh.clear();
  };
  onStop('events that wait', () => {
    writeFresh();
    return journal.close();
  });

  const { recovered, clients } = readEntries(journal, context, (owner, out, key) => keysOf(owner).set(out, key));

  return {
    recovered,
    clients: clients.slice(-MAX_CLIENTS),
    note: (owner, out, delivered) => {
      fresh.set(
        owner,
        (fresh.get(owner) ?? new Map<Outgoing, WaitingRecord>()).set(out, recordOf(owner, out, delivered)),
      );
      flush ??= setImmediate(writeFresh);
    },
    forget: (owner, out) => {
      if (fresh.get(owner)?.delete(out) === true) return;
      const known = keys.get(owner);
      const key = known?.get(out);
      if (known === undefined || key === undefined) return;
      known.delete(out);
      if (known.size === 0) keys.delete(owner);
      journal.kill(key);
    },
    noteClient: (client) => append(clientKey(client.id), { client }),
    forgetClient: (id) => journal.kill(clientKey(id)),
  };
};

/** What an earlier life left; what is of no more use is killed. */
const readEntries = (
  journal: Journal,
  context: ServiceContext,
  keep: (owner: string, out: Outgoing, key: string) => void,
): Pick<WaitingEvents, 'recovered' | 'clients'> => {
  const recovered: WaitingEvent[] = [];
  const clients: KnownClient[] = [];
  const isKept = ({ seenMs }: KnownClient): boolean => context.clock.now() - seenMs < CLIENT_KEPT_MS;
  for (const { key, payload } of journal.recovered) {
    const entry = decode(payload);
    const event = entry !== undefined && 'waits' in entry ? recover(entry.waits, context) : undefined;
    if (event !== undefined) {
      recovered.push(event);
      keep(event.owner, event.out, key);
    } else if (entry !== undefined && 'client' in entry && isKept(entry.client)) clients.push(entry.client);
    else journal.kill(key);
  }
  return { recovered, clients };
};

/** A clock that was set back meanwhile lets nothing wait longer than if it had begun now. */
const recover = (record: WaitingRecord, { clock }: ServiceContext): WaitingEvent | undefined => {
  const { owner, xml, from, item, delivered } = record;
  const parsed = parseEventXml(xml);
  if (!parsed.ok) return undefined;
  const { event } = parsed;
  const waitedMs = Math.max(0, clock.now() - record.sinceMs);
  const out: Outgoing = { event, xml, from, item, staleMs: clock.monotonic() + event.staleMs - clock.now() };
  return { owner, out, sinceMs: clock.monotonic() - waitedMs, delivered };
};
