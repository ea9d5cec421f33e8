import { isTopicLevel } from '@cotbus/contracts';
import { z } from 'zod';

export const recorderOptions = z.strictObject({
  enabled: z.boolean().default(false).describe('Whether the gateway records; the command `record` does in any case'),
  name: z
    .string()
    .refine(isTopicLevel, 'expected 1 to 64 letters, digits, ".", "_" or "-"')
    .default('recorder')
    .describe('Name of this recorder on the bus'),
  folder: z.string().min(1).default('data/recordings').describe('Folder that the files go to, for this user alone'),
  maxMiB: z.int().min(1).max(1_000_000).default(256).describe('MiB of all files together; the oldest goes first'),
});

export type RecorderOptions = z.infer<typeof recorderOptions>;
