/** What others wrote that is in a package, and under which terms. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Terms that go together with GPL-3.0-or-later. */
const ACCEPTED = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'Python-2.0',
]);

/**
 * The package that a file belongs to.
 * @returns {{ name: string, version: string, licence: string, text: string, folder: string } | undefined} undefined for
 * files that belong to no package of others
 */
export const packageOf = (file) => {
  if (!/[\\/]node_modules[\\/]/.test(file)) return undefined;
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (!existsSync(manifest)) continue;
    const { name, version, license, author } = JSON.parse(readFileSync(manifest, 'utf8'));
    // Folders inside a package may have a package.json that only says how modules are read.
    if (name !== undefined && version !== undefined) {
      return { name, version, licence: licenceOf(license), text: licenceText(folder, author), folder };
    }
  }
  return undefined;
};

const licenceOf = (license) => (typeof license === 'string' ? license : (license?.type ?? 'unknown'));

const licenceText = (folder, author) => {
  const files = readdirSync(folder).filter((name) => /^(?:licen[cs]e|copying|notice)/i.test(name));
  const texts = files.sort().map((name) => readFileSync(join(folder, name), 'utf8').trim());
  const by = typeof author === 'string' ? author : author?.name;
  return texts.length > 0 ? texts.join('\n\n') : `No text comes with it. Its author: ${by ?? 'not named'}.`;
};

/** Whether each part of `A OR B`, or one of them, may be packed. */
export const isAccepted = (licence) =>
  licence
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((part) => ACCEPTED.has(part.trim())));

/** One text of all, sorted by name; each once. */
export const noticesText = (packages, node) => {
  const unique = new Map(packages.map((entry) => [`${entry.name} ${entry.version}`, entry]));
  const sorted = [...unique.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const entries = [{ name: 'Node.js', version: node.version, licence: 'MIT and others', text: node.text }, ...sorted];
  return [
    'Cotbus is free software under the GNU General Public License, version 3 or later: see LICENSE.',
    'This package contains work of others, under the terms below.',
    '',
    ...entries.map(({ name, version, licence }) => `  ${name} ${version}: ${licence}`),
    '',
    ...entries.flatMap(({ name, version, licence, text }) => [
      '='.repeat(100),
      `${name} ${version} (${licence})`,
      '',
      text.replaceAll('\r\n', '\n'),
      '',
    ]),
  ].join('\n');
};
