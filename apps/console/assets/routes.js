/** Route packages that the packager has made. */
import { byId, html, setText, syncChildren } from './elements.js';
import { sorted } from './model.js';
import { ago, bytes, joined, plural } from './words.js';

export const renderRoutes = ({ routes }, nowMs) => {
  byId('routes-section').hidden = routes.size === 0;
  const items = sorted(routes, (a, b) => b.atMs - a.atMs);
  syncChildren(byId('routes'), items, {
    keyOf: ({ key }) => key,
    create: (route) =>
      html('li', {}, html('strong', { class: 'foreign' }), html('small', { class: 'foreign' }), downloads(route)),
    update: (line, { name, fileName, points, sizeBytes, atMs }) => {
      const [title, about] = line.children;
      setText(title, name || fileName);
      setText(about, joined(fileName, plural(points, 'point'), bytes(sizeBytes), ago(nowMs - atMs)));
    },
  });
};

/** Layouts of a package, and who opens them. */
const layouts = [
  ['atak', 'ATAK, WinTAK'],
  ['itak', 'iTAK'],
  ['kml', 'KML'],
];

const downloads = ({ key: hash, packager, name, fileName }) =>
  html(
    'small',
    {},
    'Download for ',
    ...layouts.flatMap(([layout, client], at) => {
      const query = new URLSearchParams({ packager, hash, layout });
      const label = `Download ${name || fileName} for ${client}`;
      const link = html('a', { href: `api/route-package?${query}`, download: '', 'aria-label': label }, client);
      return at === 0 ? [link] : [' · ', link];
    }),
  );
