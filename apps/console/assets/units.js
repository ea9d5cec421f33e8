/** The map as a list: everything on it, by keyboard and for screen readers. */
import { byId, html, setClass, setClick, setText, syncChildren } from './elements.js';
import { holds } from './model.js';
import { itemKind, teamColour } from './symbols.js';
import { createPaging } from './table.js';
import { ago, joined } from './words.js';

const ROWS = 50;

/** Calls for help, then people, then things. */
const shapeOrder = ['triangle', 'square', 'circle', 'plane', 'ring', 'diamond'];
const rank = ({ shape, isStale }) => (isStale ? shapeOrder.length : shapeOrder.indexOf(shape));

/** Those that the filter lets through: by what they are, then by name; what is stale comes last. */
export const listed = (items, wanted) =>
  items
    .filter(({ label, unit, node }) => holds(wanted, label, unit?.uid, unit?.team, unit?.kind, unit?.over, node?.node))
    .sort((a, b) => rank(a) - rank(b) || a.label.localeCompare(b.label));

/** @param show called with the item that somebody wants to see */
export const createUnits = ({ render, show }) => {
  const page = createPaging('units-more', ROWS, render);
  byId('units-filter').addEventListener('input', render);
  return (items, nowMs) => {
    const wanted = byId('units-filter').value;
    const found = listed(items, wanted);
    const stale = items.filter(({ isStale }) => isStale).length;
    setText(
      byId('units-note'),
      joined(items.length === 0 ? '' : String(items.length), stale > 0 ? `${stale} stale` : ''),
    );
    byId('units-none').hidden = found.length > 0;
    setText(
      byId('units-none'),
      items.length === 0 ? 'Nothing has reported its position yet.' : 'None matches the filter.',
    );
    syncChildren(byId('units'), page(found), {
      keyOf: ({ key }) => key,
      create: () =>
        html(
          'li',
          {},
          html(
            'button',
            { type: 'button' },
            html('span', { class: 'dot', 'aria-hidden': 'true' }),
            html('span', { class: 'foreign' }),
            html('small', { class: 'foreign' }),
          ),
        ),
      update: (line, item) => updateLine(line, item, { nowMs, show }),
    });
  };
};

const updateLine = (line, item, { nowMs, show }) => {
  const button = line.firstElementChild;
  const [dot, name, facts] = button.children;
  const { unit, node } = item;
  setClass(line, item.isStale ? 'stale' : '');
  setClass(dot, `dot ${item.shape}`);
  const fill = item.shape === 'triangle' ? item.colour : teamColour(unit?.team);
  if (dot.dataset.fill !== fill) {
    dot.dataset.fill = fill;
    dot.style.setProperty('--dot', fill);
  }
  setText(name, item.label);
  setText(
    facts,
    joined(itemKind(item), unit?.team ?? '', item.isStale ? 'stale' : '', ago(nowMs - (unit ?? node).heardMs)),
  );
  setClick(button, () => show(item));
};
