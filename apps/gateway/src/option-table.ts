/** docs/OPTIONS.md out of the schema: what stands there is what the code reads. */
import { optionDocs } from '@cotbus/service';
import { gatewayOptions } from './options.ts';

/** The table of all options as Markdown. */
export const optionTable = (): string => {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const rows = optionDocs(gatewayOptions, 'COTBUS').map(({ path, env, type, default: preset, description }) =>
    [
      `\`${path}\``,
      `\`${env}\``,
      cell(type),
      preset === undefined ? '' : `\`${cell(preset)}\``,
      cell(description),
    ].join(' | '),
  );
  return [
    '| option | environment | type | default | what it does |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row} |`),
  ].join('\n');
};
