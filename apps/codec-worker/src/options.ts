import { isTopicLevel } from '@cotbus/contracts';
import { z } from 'zod';

export const workerOptions = z.strictObject({
  name: z
    .string()
    .refine(isTopicLevel, 'expected 1 to 64 letters, digits, ".", "_" or "-"')
    .default('worker')
    .describe('Name of this worker on the bus'),
});

export type WorkerOptions = z.infer<typeof workerOptions>;
