/**
 * Versions of the configuration file, told by its key `version`. A file without one is version 1. What an older version
 * said otherwise is rewritten in memory when it is read; the file stays as its owner wrote it.
 */
import { z } from 'zod';

/** Plain data of a file, as it has to read one version later. */
export type ConfigStep = (file: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** The first leads from version 1 to version 2, and so on. */
const CONFIG_STEPS: readonly ConfigStep[] = [];

/** The key itself, for the schema of every configuration. */
export const versionOption = z
  .int()
  .min(1)
  .default(1)
  .describe('Version of this file: how later versions of Cotbus know what was meant');

export type UpgradedConfig =
  | { readonly ok: true; readonly file: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly message: string };

/** The file as the version of today; refused when it is of a later one. What is no version at all is left to the schema. */
export const upgradeConfig = (
  file: Readonly<Record<string, unknown>>,
  steps: readonly ConfigStep[] = CONFIG_STEPS,
): UpgradedConfig => {
  const { version = 1 } = file;
  const newest = steps.length + 1;
  if (!Number.isInteger(version) || Number(version) < 1 || version === newest) return { ok: true, file };
  if (Number(version) > newest) {
    return {
      ok: false,
      message: `${String(version)} is of a newer Cotbus, this one reads up to ${newest}: update Cotbus, or use its own file`,
    };
  }
  const rewritten = steps.slice(Number(version) - 1).reduce((content, step) => step(content), file);
  return { ok: true, file: { ...rewritten, version: newest } };
};
