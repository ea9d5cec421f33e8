import { isTopicLevel } from '@cotbus/contracts';
import { z } from 'zod';
import { packageLayouts } from './data-package.ts';

const layout = z.enum(packageLayouts);

const folderOptions = z.strictObject({
  path: z.string().min(1).describe('Folder that a client or a syncing program watches; made if it is not there'),
  layout: layout.default('plain').describe('For ATAK and WinTAK, for iTAK, or as the Meshtastic apps write it'),
});

const keepOptions = z.strictObject({
  routes: z.int().min(1).max(10_000).default(200).describe('Packages that are kept at most; the oldest go'),
  days: z.int().min(1).max(3650).default(30).describe('Days after which a package goes'),
});

export const packagerOptions = z.strictObject({
  name: z
    .string()
    .refine(isTopicLevel, 'expected 1 to 64 letters, digits, ".", "_" or "-"')
    .default('routes')
    .describe('Name of the packager on the bus, and of the destination in its outcomes'),
  save: z.boolean().default(true).describe('Save each package in the folder "TAK Routes" of journals.folder'),
  folders: z.array(folderOptions).max(8).default([]).describe('Other folders to save each package in'),
  keep: keepOptions.prefault({}).describe('How long packages can be listed and fetched'),
});

export type PackagerOptions = z.infer<typeof packagerOptions>;
