import { isTopicLevel } from '@cotbus/contracts';
import { INSTALL_FOLDER } from '@cotbus/zstd';
import { z } from 'zod';
import { plainOptions } from './plain-options.ts';

export const workerOptions = z.strictObject({
  name: z
    .string()
    .refine(isTopicLevel, 'expected 1 to 64 letters, digits, ".", "_" or "-"')
    .optional()
    .describe('Name of this worker on the bus; left out: worker, or where work is shared the name of the machine'),
  shared: z
    .boolean()
    .default(false)
    .describe('Share the work with other workers; needs a broker that delivers shared subscriptions'),
  nodes: plainOptions.prefault({}).describe('How plain Meshtastic nodes look in TAK'),
  dictionaries: z.string().default(INSTALL_FOLDER).describe('Folder of the dictionaries that were installed'),
});

export type WorkerOptions = z.infer<typeof workerOptions>;
