import { isTopicLevel } from '@cotbus/contracts';
import { z } from 'zod';
import { isTileUrl } from './tiles.ts';

const token = (role: string): z.ZodOptional<z.ZodString> =>
  z
    .string()
    .min(16)
    .max(200)
    .regex(/^[\x21-\x7e]+$/, 'expected letters, digits and signs without blanks')
    .optional()
    .describe(`Secret that lets people ${role}; made on the first start, in the data folder, when left out`);

export const consoleOptions = z.strictObject({
  enabled: z.boolean().default(true).describe('Whether the console, a web page, is served'),
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
    .describe('Address to listen on; 0.0.0.0 lets other machines look, over plain HTTP: on a network you trust'),
  port: z.int().min(0).max(65_535).default(8080).describe('TCP port of the console; 0 takes any free one'),
  hostNames: z
    .array(z.string().min(1).max(253))
    .max(32)
    .default([])
    .describe('Names under which browsers reach the page, besides localhost and IP addresses, such as gateway.lan'),
  tokens: z.strictObject({ view: token('look'), operate: token('look and act') }).prefault({}),
  thisMachine: z
    .enum(['login', 'view', 'operate'])
    .default('login')
    .describe('What browsers on this machine may do without a token: nothing before a login, view, or operate'),
  tiles: z
    .strictObject({
      url: z
        .string()
        .max(500)
        .refine(isTileUrl, 'expected http(s)://…, or a path, with {z}, {x} and {y} in it')
        .optional()
        .describe('Map tiles, such as http://tiles.lan/{z}/{x}/{y}.png; left out, the map needs no network'),
      attribution: z.string().max(200).default('').describe('Whose tiles they are, shown on the map'),
    })
    .prefault({}),
});

export type ConsoleOptions = z.infer<typeof consoleOptions>;
