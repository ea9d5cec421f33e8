import { isTopicLevel } from '@cotbus/contracts';
import { z } from 'zod';

export const packagerOptions = z.strictObject({
  name: z
    .string()
    .refine(isTopicLevel, 'expected 1 to 64 letters, digits, ".", "_" or "-"')
    .default('routes')
    .describe('Name of the packager on the bus, and of the destination in its outcomes'),
});

export type PackagerOptions = z.infer<typeof packagerOptions>;
