/** docs/OPTIONS.md out of the schema: what stands there is what the code reads. */
import { optionDocs } from '@cotbus/service';
import { gatewayOptions } from './options.ts';

const INTRO = `# Options

One YAML file, \`cotbus.yaml\` in the folder Cotbus is started in, or the file named with \`--config\`. Every key is also an
environment variable, which wins; \`<n>\` counts from 0. \`cotbus config check\` names every fault with line and column.
`;

/** The page of all options as Markdown. */
export const optionPage = (): string => {
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
    INTRO,
    '| option | environment | type | default | what it does |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row} |`),
    '',
  ].join('\n');
};
