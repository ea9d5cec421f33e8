/** Route packages that the packager has made. */
import { byId, html, setText, syncChildren } from './elements.js';
import { sorted } from './model.js';
import { ago, bytes, joined, plural } from './words.js';

export const renderRoutes = ({ routes }, nowMs) => {
  byId('routes-section').hidden = routes.size === 0;
  const items = sorted(routes, (a, b) => b.atMs - a.atMs);
  syncChildren(byId('routes'), items, {
    keyOf: ({ key }) => key,
    create: () => html('li', {}, html('strong', { class: 'foreign' }), html('small', { class: 'foreign' })),
    update: (line, { name, fileName, points, sizeBytes, atMs }) => {
      setText(line.firstElementChild, name || fileName);
      setText(line.lastElementChild, joined(fileName, plural(points, 'point'), bytes(sizeBytes), ago(nowMs - atMs)));
    },
  });
};
