/** `cotbus init`: the first configuration, for one machine. Never overwrites what is there. */
import { existsSync, writeFileSync } from 'node:fs';
import { isTopicLevel } from '@cotbus/contracts';
import { printable } from '@cotbus/service';
import { firstConfig } from '../site/first-config.ts';
import { readRadios } from '../site/read-radios.ts';
import { initSite } from './init-site.ts';
import type { SiteWish } from './init-site.ts';

export interface InitOptions extends SiteWish {
  readonly mesh: string;
  readonly radio: readonly string[];
  readonly compose?: boolean;
}

const CONFIG = 'cotbus.yaml';

export const init = async (options: InitOptions): Promise<void> => {
  const { radios, faults } = readRadios(options.radio);
  const all = [...faults, ...meshFaults(options.mesh)];
  if (all.length > 0) fail(all);
  else if (options.compose === true) fail(await initSite(options, options.mesh, radios));
  else if (existsSync(CONFIG)) fail([`${CONFIG} is there already, and is left as it is.`]);
  else {
    writeFileSync(CONFIG, firstConfig(options.mesh, radios), { flag: 'wx' });
    console.log(`Wrote ${CONFIG}. Look through it, then: npx cotbus config check, and npm start`);
  }
};

const meshFaults = (mesh: string): readonly string[] =>
  isTopicLevel(mesh) ? [] : [`--mesh ${printable(mesh)}: expected letters, digits, ".", "_" or "-"`];

const fail = (faults: readonly string[]): void => {
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 2;
};
