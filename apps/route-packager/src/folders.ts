/** Folders that packages are saved in: the one of the data folder, and those that a client or a syncing program watches. */
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { buildDataPackage } from './data-package.ts';
import type { PackageLayout } from './data-package.ts';
import { fileNameOfUid } from './file-name.ts';
import type { DeliveryResult } from './delivery-queue.ts';
import type { Route } from './route.ts';
import { writeWhole } from './write-whole.ts';

export interface PackageFolder {
  readonly path: string;
  readonly layout: PackageLayout;
}

/** Below the data folder; the phone apps call theirs the same. */
export const OWN_FOLDER = 'TAK Routes';

const pathIn = (folder: PackageFolder, route: Route): string =>
  resolve(join(folder.path, `${fileNameOfUid(route.uid)}.zip`));

export const saveIn = async (folder: PackageFolder, route: Route): Promise<DeliveryResult> => {
  const path = pathIn(folder, route);
  try {
    await writeWhole(path, buildDataPackage(route, folder.layout).bytes);
    return { kind: 'done', text: path };
  } catch (error) {
    return { kind: 'away', text: `${path}: ${error instanceof Error ? error.message : 'it cannot be written'}` };
  }
};

/** What cannot be removed stays; it is somebody's copy then. */
export const removeFrom = (folder: PackageFolder, route: Route): Promise<void> =>
  rm(pathIn(folder, route), { force: true }).catch(() => undefined);
