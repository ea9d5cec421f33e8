/** The configuration as JSON Schema: what editors complete and check while somebody writes `cotbus.yaml`. */
import { z } from 'zod';
import { gatewayOptions } from './options.ts';

/** Draft 7, which the YAML language server understands best. What a schema cannot say, `cotbus config check` does. */
export const configSchema = (): object => ({
  ...z.toJSONSchema(gatewayOptions, { io: 'input', target: 'draft-7', unrepresentable: 'any' }),
  title: 'Cotbus configuration',
});
