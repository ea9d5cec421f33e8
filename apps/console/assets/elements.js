/**
 * The only place that makes elements. Every text goes in as textContent: names from the air stay text whatever they hold.
 */
import { shown } from './words.js';

export const html = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
};

export const byId = (id) => document.getElementById(id);

/** Writes only what differs, so that a selection or a screen reader is not disturbed. */
export const setText = (element, text) => {
  if (written.get(element) === text) return;
  written.set(element, text);
  element.textContent = shown(text);
};

/** Asking the page for what it shows costs more than remembering it. */
const written = new WeakMap();

export const setClass = (element, name) => {
  if (element.className !== name) element.className = name;
};

export const setHidden = (element, hidden) => {
  if (element.hidden !== hidden) element.hidden = hidden;
};

const SVG = 'http://www.w3.org/2000/svg';
/** Of a QR code, in modules: scanners need it. */
const QUIET_ZONE = 4;

/** Fills `parent` with a picture of dark modules: one text for each row, `1` for a dark one. */
export const drawModules = (parent, rows) => {
  const size = rows.length + 2 * QUIET_ZONE;
  const picture = document.createElementNS(SVG, 'svg');
  picture.setAttribute('viewBox', `0 0 ${size} ${size}`);
  picture.setAttribute('shape-rendering', 'crispEdges');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', modulesPath(rows));
  picture.append(path);
  parent.replaceChildren(...(rows.length === 0 ? [] : [picture]));
};

/** As the `d` of a path. Pure. */
export const modulesPath = (rows) =>
  rows
    .flatMap((row, y) =>
      [...row.matchAll(/1+/g)].map(
        ({ 0: run, index }) => `M${index + QUIET_ZONE} ${y + QUIET_ZONE}h${run.length}v1h-${run.length}z`,
      ),
    )
    .join('');

/** What a click does from now on. */
export const setClick = (element, call) => {
  if (!clicks.has(element)) element.addEventListener('click', () => clicks.get(element)());
  clicks.set(element, call);
};
const clicks = new WeakMap();

/**
 * Makes the children of `parent` follow `items`: those with a known key stay the same elements.
 * `create(item)` gives a new element, `update(element, item)` fills it.
 */
export const syncChildren = (parent, items, { keyOf, create, update }) => {
  const wanted = new Set(items.map(keyOf));
  const known = new Map();
  for (const child of Array.from(parent.children)) {
    if (wanted.has(child.dataset.key)) known.set(child.dataset.key, child);
    else child.remove();
  }
  let next = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    let child = known.get(key);
    if (child === undefined) {
      child = create(item);
      child.dataset.key = key;
    }
    update(child, item);
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
  }
};
