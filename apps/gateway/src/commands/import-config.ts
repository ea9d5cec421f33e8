/** `cotbus config import FILE`: the WinTAK Meshtastic gateway's config.yaml becomes cotbus.yaml. Never overwrites. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { printable } from '@cotbus/service';
import { importConfig } from '../site/import-config.ts';
import { COMMAND } from '../own-package.ts';
import { CONFIG_FILE } from '../read-config.ts';

export interface ImportOptions {
  /** Name of the mesh of its radio. */
  readonly mesh: string;
  /** Where it goes; `-` prints it. */
  readonly out?: string;
}

/** Exit status 1 when nothing could be imported, 2 when the file to write is there already. */
export const importConfigFile = (file: string, { mesh, out = CONFIG_FILE }: ImportOptions): void => {
  const fail = (status: number, faults: readonly string[]): void => {
    for (const fault of faults) console.error(fault);
    process.exitCode = status;
  };
  const text = readText(file);
  if (text === undefined) return fail(1, [`${printable(file)}: cannot be read`]);
  if (out !== '-' && existsSync(out)) return fail(2, [`${printable(out)} is there already, and is left as it is.`]);
  const imported = importConfig(file, text, mesh);
  if (!imported.ok) return fail(1, imported.faults);
  if (out === '-') console.log(imported.text.trimEnd());
  else {
    writeFileSync(out, imported.text, { flag: 'wx' });
    console.log(`Wrote ${printable(out)} from ${printable(file)}. Look through it, then: ${COMMAND} config check`);
  }
  for (const line of [...imported.faults, ...imported.unknown]) console.error(line);
  if (imported.faults.length > 0) {
    console.error('What is named above is left out, as a comment in the new file: put it right there.');
  }
};

const readText = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};
