/** `cotbus init`: the first configuration, for one machine. Never overwrites what is there. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isTopicLevel } from '@cotbus/contracts';
import { printable } from '@cotbus/service';
import { firstConfig } from '../site/first-config.ts';
import { COMMAND, START } from '../own-package.ts';
import { CONFIG_FILE } from '../read-config.ts';
import { looksImportable } from '../site/import-config.ts';
import { readRadios } from '../site/read-radios.ts';
import { importConfigFile } from './import-config.ts';
import { initSite } from './init-site.ts';
import type { SiteWish } from './init-site.ts';

export interface InitOptions extends SiteWish {
  readonly mesh: string;
  readonly radio: readonly string[];
  readonly compose?: boolean;
  /** Configuration of another gateway, to begin with. */
  readonly import?: string;
}

export const init = async (options: InitOptions): Promise<void> => {
  const { radios, faults } = readRadios(options.radio);
  const all = [...faults, ...meshFaults(options.mesh), ...importFaults(options)];
  if (all.length > 0) fail(all);
  else if (options.import !== undefined) importConfigFile(options.import, { mesh: options.mesh });
  else if (options.compose === true) fail(await initSite(options, options.mesh, radios));
  else if (existsSync(CONFIG_FILE)) fail([`${CONFIG_FILE} is there already, and is left as it is.`]);
  else {
    writeFileSync(CONFIG_FILE, firstConfig(options.mesh, radios), { flag: 'wx' });
    console.log(`Wrote ${CONFIG_FILE}. Look through it, then: ${COMMAND} config check, and ${START}`);
    if (isOtherGatewayHere()) {
      console.log(
        `${OTHER_FILE} in this folder is that of the WinTAK gateway. To begin with it, move ${CONFIG_FILE} away, then: ` +
          `${COMMAND} init --import ${OTHER_FILE}`,
      );
    }
  }
};

/** Where the WinTAK Meshtastic gateway keeps its settings. */
const OTHER_FILE = 'config.yaml';

const isOtherGatewayHere = (): boolean => {
  try {
    return looksImportable(readFileSync(OTHER_FILE, 'utf8'));
  } catch {
    return false;
  }
};

const importFaults = ({ import: file, compose = false, radio }: InitOptions): readonly string[] => {
  if (file === undefined) return [];
  return compose || radio.length > 0 ? ['--import: the radio is in that file; go without --radio and --compose'] : [];
};

const meshFaults = (mesh: string): readonly string[] =>
  isTopicLevel(mesh) ? [] : [`--mesh ${printable(mesh)}: expected letters, digits, ".", "_" or "-"`];

const fail = (faults: readonly string[]): void => {
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 2;
};
