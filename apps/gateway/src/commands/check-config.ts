/** `cotbus config check`: every fault of a configuration at once. */
import { readConfig } from '../read-config.ts';

export const checkConfig = (file: string | undefined): void => {
  const config = readConfig(file);
  if (!config.ok) {
    for (const fault of config.faults) console.error(fault);
    process.exitCode = 1;
    return;
  }
  const radios = config.options.radios.map(({ name, serial, tcp }) => `${name} (${serial ?? tcp})`).join(', ');
  console.log(`${config.file ?? 'no file, defaults'}: no faults. Radios: ${radios === '' ? 'none' : radios}`);
};
