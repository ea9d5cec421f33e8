import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { configSchema } from './config-schema.ts';
import { firstConfig } from './site/first-config.ts';

/** A reader of JSON Schema, out of the printed text alone. */
const schema = z.fromJSONSchema(JSON.parse(JSON.stringify(configSchema())));

const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
const yamlBlocks = [...readme.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);

describe('the JSON Schema of the configuration', () => {
  it.each([firstConfig('valley', []), '{}', ...yamlBlocks])('accepts %s', (text) => {
    expect(schema.safeParse(parse(text)).error?.issues ?? []).toEqual([]);
  });

  it.each([
    ['radios: [{tcp: x, hots: 1}]'],
    ['tak: {listen: {port: 70000}}'],
    ['tak: {links: [{name: a, kind: smoke}]}'],
    ['colour: red'],
    ['console: {port: high}'],
  ])('refuses %s', (text) => {
    expect(schema.safeParse(parse(text)).success).toBe(false);
  });

  it('says of keys what they do', () => {
    expect(JSON.stringify(configSchema())).toContain('TCP port to listen on; 0 takes any free one');
    expect(configSchema()).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#' });
  });
});
