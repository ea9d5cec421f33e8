/** What every process of one service is told besides the options of the service itself. */
import { DEFAULT_ROOT } from '@cotbus/contracts';
import { z } from 'zod';
import { versionOption } from './config-version.ts';
import { LOG_LEVELS } from './log.ts';

/** A part of the options that may be left out, or empty, when all in it has defaults. */
const section = <S extends z.ZodType>(schema: S): z.ZodPreprocess<S> => z.preprocess((value) => value ?? {}, schema);

const bus = z.strictObject({
  url: z.string().default('mqtt://127.0.0.1:1883').describe('the MQTT broker: mqtt://host:port or mqtts://host:port'),
  username: z.string().optional().describe('for the broker'),
  password: z.string().optional().describe('for the broker'),
  ca: z
    .string()
    .min(1)
    .optional()
    .describe('file with the certificate authority of an mqtts broker (PEM); those that Node knows when left out'),
  root: z
    .string()
    .regex(
      /^[A-Za-z0-9_.-]{1,64}(\/[A-Za-z0-9_.-]{1,64}){0,7}$/,
      'must be topic levels of letters, digits, "_", "." and "-"',
    )
    .default(DEFAULT_ROOT)
    .describe('first levels of every topic'),
});

const log = z.strictObject({
  level: z.enum(LOG_LEVELS).default('info').describe('least level that is logged'),
});

const health = z.strictObject({
  host: z.string().default('127.0.0.1').describe('address that /healthz, /readyz and /metrics are served on'),
  port: z.int().min(0).max(65_535).optional().describe('their port; not served when it is left out'),
});

export interface ProcessOptions {
  readonly bus: z.output<typeof bus>;
  readonly log: z.output<typeof log>;
  readonly health: z.output<typeof health>;
  readonly journals: z.output<typeof journals>;
  /** The section of the service. */
  readonly [section: string]: unknown;
}

const journals = z.strictObject({
  folder: z.string().min(1).default('data').describe('folder of the journals: what must outlive the process'),
  durable: z.boolean().default(false).describe('wait for the disk with each item: also outlives a loss of power'),
});

/** One file may hold the options of all services; each process reads its own section and leaves the others alone. */
const SECTIONS = ['radio', 'radios', 'worker', 'tak', 'routes', 'console', 'record', 'retention'];

/** The sections that the service with the section `name` does not read. */
export const otherSections = (name: string): readonly string[] => SECTIONS.filter((section) => section !== name);

/** The options of a process: `bus`, `log`, `health`, `journals`, and the section `name` of its service. */
export const processSchema = (name: string, options: z.ZodType): z.ZodType<ProcessOptions> =>
  z.strictObject({
    version: versionOption,
    bus: section(bus),
    log: section(log),
    health: section(health),
    journals: section(journals),
    [name]: section(options),
  }) as unknown as z.ZodType<ProcessOptions>;
