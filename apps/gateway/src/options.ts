/** The whole configuration of a gateway: one file, one section for each service. */
import { workerOptions } from '@cotbus/codec-worker';
import { consoleOptions } from '@cotbus/console';
import { radioOptions } from '@cotbus/radio-agent';
import { packagerOptions } from '@cotbus/route-packager';
import { versionOption } from '@cotbus/service';
import { takOptions } from '@cotbus/tak-egress';
import { z } from 'zod';
import { recorderOptions } from './recorder-options.ts';

const busOptions = z.strictObject({
  listen: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Open the embedded broker to other programs on this machine'),
      host: z.string().default('127.0.0.1').describe('Address it listens on'),
      port: z.int().min(0).max(65535).default(1883).describe('Port it listens on; taken means it goes without'),
    })
    .prefault({}),
});

const logOptions = z.strictObject({
  level: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace'])
    .default('info')
    .describe('Least important lines that are written'),
});

const journalOptions = z.strictObject({
  folder: z.string().min(1).default('data').describe('Folder of the journals: what must outlive the process'),
  durable: z.boolean().default(false).describe('Wait for the disk with each item: it also outlives a loss of power'),
});

const healthOptions = z.strictObject({
  host: z.string().default('127.0.0.1').describe('Address of /healthz, /readyz and /metrics'),
  port: z.int().min(0).max(65535).optional().describe('Their port; not served when left out'),
});

const retentionOptions = z.strictObject({
  days: z
    .int()
    .min(1)
    .max(3650)
    .optional()
    .describe('What is older goes when the gateway starts, recordings every hour; left out: sizes alone bound it'),
});

export const gatewayOptions = z
  .strictObject({
    version: versionOption,
    radios: z.array(radioOptions).max(16).default([]).describe('The radios, one agent for each'),
    tak: takOptions.prefault({}).describe('Links to TAK'),
    worker: workerOptions.prefault({}).describe('The codec worker'),
    routes: packagerOptions.prefault({}).describe('The route packager'),
    console: consoleOptions.prefault({}).describe('The console, a web page'),
    record: recorderOptions.prefault({}).describe('The recorder of everything that is heard'),
    bus: busOptions.prefault({}).describe('The embedded broker'),
    journals: journalOptions.prefault({}).describe('What must outlive the process'),
    retention: retentionOptions.prefault({}).describe('How long positions, messages and outcomes are kept'),
    health: healthOptions.prefault({}).describe('For supervisors and Prometheus'),
    log: logOptions.prefault({}).describe('What is written to the terminal'),
  })
  .superRefine(({ radios, tak }, faults) => {
    if (tak.pair !== undefined) {
      const message =
        'both of a pair need the same broker, and this process has one of its own: ' +
        'run them with `npx cotbus tak-egress` and bus.url';
      faults.addIssue({ code: 'custom', path: ['tak', 'pair'], message });
    }
    for (const [index, { name }] of radios.entries()) {
      if (radios.findIndex((other) => other.name === name) !== index) {
        faults.addIssue({ code: 'custom', path: ['radios', index, 'name'], message: `"${name}" names two radios` });
      }
    }
  });

export type GatewayOptions = z.infer<typeof gatewayOptions>;
