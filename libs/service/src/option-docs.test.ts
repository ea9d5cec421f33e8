import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { optionDocs } from './option-docs.ts';
import { processSchema } from './process-options.ts';

describe('the docs of options', () => {
  it('have one entry for each option, out of the schema alone', () => {
    const schema = z.strictObject({
      tak: z.strictObject({ listenPort: z.number().default(8087).describe('port for phones') }).prefault({}),
      policy: z.enum(['auto', 'v2']).optional(),
      radios: z.array(
        z.union([
          z.strictObject({ name: z.string(), tcp: z.string() }),
          z.strictObject({ name: z.string(), serial: z.string() }),
        ]),
      ),
      window: z.union([z.literal('auto'), z.number()]).default('auto'),
      labels: z.record(z.string(), z.boolean()).describe('of the site'),
    });
    const none = { default: undefined, description: '' };
    expect(optionDocs(schema, 'COTBUS')).toEqual([
      {
        path: 'tak.listenPort',
        env: 'COTBUS_TAK_LISTEN_PORT',
        type: 'number',
        default: '8087',
        description: 'port for phones',
      },
      { path: 'policy', env: 'COTBUS_POLICY', type: '"auto" | "v2"', ...none },
      { path: 'radios.<n>.name', env: 'COTBUS_RADIOS_<N>_NAME', type: 'string', ...none },
      { path: 'radios.<n>.tcp', env: 'COTBUS_RADIOS_<N>_TCP', type: 'string', ...none },
      { path: 'radios.<n>.serial', env: 'COTBUS_RADIOS_<N>_SERIAL', type: 'string', ...none },
      { path: 'window', env: 'COTBUS_WINDOW', type: '"auto" | number', default: '"auto"', description: '' },
      { path: 'labels.<name>', env: 'COTBUS_LABELS_<NAME>', type: 'boolean', ...none },
    ]);
  });

  it('describe everything that each process is told', () => {
    const docs = optionDocs(processSchema('tak-egress', z.strictObject({})), 'COTBUS');
    expect(docs.map(({ env }) => env)).toEqual([
      'COTBUS_VERSION',
      'COTBUS_BUS_URL',
      'COTBUS_BUS_USERNAME',
      'COTBUS_BUS_PASSWORD',
      'COTBUS_BUS_CA',
      'COTBUS_BUS_ROOT',
      'COTBUS_LOG_LEVEL',
      'COTBUS_HEALTH_HOST',
      'COTBUS_HEALTH_PORT',
      'COTBUS_JOURNALS_FOLDER',
      'COTBUS_JOURNALS_DURABLE',
    ]);
    expect(docs.filter(({ description }) => description === '')).toEqual([]);
  });
});
