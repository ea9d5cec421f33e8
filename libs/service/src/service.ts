/** What a service is, and what it is given. Started by start-service.ts, in a process of its own or in the gateway. */
import type { Destination, LinkStatus } from '@cotbus/contracts';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { z } from 'zod';
import type { Bus, BusWill } from './bus.ts';
import type { Clock } from './clock.ts';
import type { FindingFields } from './doctor/site.ts';
import type { JournalFs } from './journal/journal-fs.ts';
import type { SetGauge } from './metrics.ts';

export interface Service<Options> {
  /** The program, such as `tak-egress`: topic level, log field, metric label. */
  readonly name: string;
  /** Key of its section in a configuration file, such as `tak`. */
  readonly section: string;
  /** What the section holds. */
  readonly options: z.ZodType<Options>;
  /** Which one of the program: a name out of the options, unique on the bus. */
  readonly instance: (options: Options) => string;
  /** What the broker says when its connection is cut; that the service is offline, if left out. */
  readonly will?: (options: Options) => BusWill;
  /** Opens everything; what it opens it closes through `context.onStop`. Rejects with ServiceError when it cannot start. */
  readonly start: (context: ServiceContext, options: Options) => Promise<void>;
}

export interface ServiceContext {
  readonly name: string;
  readonly instance: string;
  readonly bus: Bus;
  readonly log: Logger;
  readonly metrics: Registry;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** 64 random bits of this start: what it numbers is told apart by them from what an earlier start numbered. */
  readonly nonce: bigint;
  readonly journals: JournalPlace;
  /** Aborted when the service stops. */
  readonly signal: AbortSignal;
  readonly status: ServiceReport;
  /** Registers what stop() does; last registered, first called. */
  readonly onStop: (what: string, close: () => void | Promise<void>) => void;
}

/** Where custody keeps what must outlive the process. */
export interface JournalPlace {
  /** Folder of all journals of this installation. */
  readonly folder: string;
  /** Each item is fsynced before it is answered: it also outlives a loss of power. */
  readonly durable: boolean;
  readonly fs: JournalFs;
}

/** What the service says of itself on `service/<name>/<instance>`, /readyz and the console. */
export interface ServiceReport {
  /** Makes the service a destination for frames heard; undefined: it is none any more. */
  setDestination(destination: Destination | undefined): void;
  /** @param options `isNews` false: it goes with the next heartbeat. */
  setLink(link: LinkStatus, options?: { readonly isNews?: boolean }): void;
  removeLink(name: string): void;
  /** All links, as they were set. */
  links(): readonly LinkStatus[];
  /** What only this service can see, by key; empty takes it back. */
  setFindings(key: string, findings: readonly FindingFields[]): void;
  /** A reason for not being ready, by key; undefined takes it back. */
  setFault(key: string, fault: string | undefined): void;
  /** Something that a person should look at, by key, while the service does what it can; undefined takes it back. */
  setAlarm(key: string, alarm: string | undefined): void;
  /** Adds to a counter, 1 by default. Name in snake case, ending `_total`. */
  readonly count: (name: string, by?: number) => void;
  /** Says how something is now; undefined: not known. */
  readonly gauge: SetGauge;
}

/** A service that cannot start, in words for the person who started it. */
export class ServiceError extends Error {
  readonly code: 'port_taken' | 'address_unusable' | 'options' | 'bus_unusable' | 'journal_unusable' | 'data_folder';
  constructor(code: ServiceError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ServiceError';
    this.code = code;
  }
}
