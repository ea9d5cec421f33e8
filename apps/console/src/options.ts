import { isTopicLevel } from '@cotbus/contracts';
import { z } from 'zod';

export const consoleOptions = z.strictObject({
  enabled: z.boolean().default(true).describe('Whether the status page is served'),
  name: z
    .string()
    .refine(isTopicLevel, 'expected 1 to 64 letters, digits, ".", "_" or "-"')
    .default('console')
    .describe('Name of this console on the bus, and in the header of its page'),
  host: z
    .string()
    .min(1)
    .max(255)
    .default('127.0.0.1')
    .describe(
      'Address to listen on. The page has no login: 0.0.0.0 shows it, with all positions, to everybody on the network',
    ),
  port: z.int().min(0).max(65_535).default(8080).describe('TCP port of the status page; 0 takes any free one'),
  hostNames: z
    .array(z.string().min(1).max(253))
    .max(32)
    .default([])
    .describe('Names under which browsers reach the page, besides localhost and IP addresses, such as gateway.lan'),
});

export type ConsoleOptions = z.infer<typeof consoleOptions>;
