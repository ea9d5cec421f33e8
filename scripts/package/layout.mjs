/**
 * What lies where in a package. The program is in apps/gateway/dist and everything it reads lies as in the repository, so
 * that it finds its files without knowing that it was packed.
 */

/** @typedef {{ path: string, from?: string, text?: string, isProgram?: boolean }} Entry a file of another place, or a text */

/**
 * @param {{ target: string, version: string, bundle: { name: string, text: string }[], modules: Entry[],
 *   assets: Entry[], documents: Entry[], notices: string, schema: string, scripts: Record<string, string>,
 *   runtime: string }} parts
 * @returns {Entry[]} by path; each path once
 */
export const layout = (parts) => {
  const isWindows = parts.target.startsWith('windows');
  const entries = [
    ...parts.bundle.map(({ name, text }) => ({ path: `apps/gateway/dist/${name}`, text })),
    { path: 'apps/gateway/package.json', text: manifest(parts) },
    ...parts.assets,
    ...parts.modules,
    ...parts.documents,
    { path: 'THIRD-PARTY-NOTICES.txt', text: parts.notices },
    { path: 'cotbus.schema.json', text: parts.schema },
    { path: isWindows ? 'node.exe' : 'runtime/node', from: parts.runtime, isProgram: true },
    ...Object.entries(parts.scripts).map(([name, text]) => ({
      path: name,
      text,
      isProgram: !name.includes('.') || name.endsWith('.sh'),
    })),
  ];
  return entries
    .map((entry) =>
      entry.text !== undefined && /\.(?:cmd|txt)$/.test(entry.path) && isWindows ? withCrLf(entry) : entry,
    )
    .sort((a, b) => (a.path < b.path ? -1 : 1));
};

/** The program reads version and kind of package here. */
const manifest = ({ version, target }) =>
  `${JSON.stringify({ name: '@cotbus/gateway', version, private: true, license: 'GPL-3.0-or-later', type: 'module', packedFor: target }, undefined, 2)}\n`;

/** The command interpreter of Windows misreads labels, and Notepad of old shows one line, without. */
const withCrLf = (entry) => ({ ...entry, text: entry.text.replaceAll(/\r?\n/g, '\r\n') });
