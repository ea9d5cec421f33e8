import { MAX_ROUTE_PARTS, ROUTE_SPLITTING } from '@cotbus/codec';
import { isTopicLevel } from '@cotbus/contracts';
import { INSTALL_FOLDER } from '@cotbus/zstd';
import { z } from 'zod';
import { plainOptions } from './plain-options.ts';

const routeOptions = z.strictObject({
  maxPackets: z
    .int()
    .min(1)
    .max(MAX_ROUTE_PARTS)
    .default(ROUTE_SPLITTING.maxPackets)
    .describe('Packets of a mesh that one long route may take'),
  lossMeters: z
    .number()
    .min(0)
    .max(100_000)
    .default(ROUTE_SPLITTING.lossMeters)
    .describe('Metres that the line of a route may be off its points to save a packet'),
});

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
  routes: routeOptions.prefault({}).describe('Routes that one packet does not hold'),
  dictionaries: z.string().default(INSTALL_FOLDER).describe('Folder of the dictionaries that were installed'),
});

export type WorkerOptions = z.infer<typeof workerOptions>;
