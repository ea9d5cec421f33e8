/** `cotbus config schema`: the configuration as JSON Schema, for editors. */
import { configSchema } from '../config-schema.ts';

export const printConfigSchema = (): void => {
  console.log(JSON.stringify(configSchema(), undefined, 2));
};
