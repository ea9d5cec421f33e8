/**
 * The only place that makes elements. Every text goes in as textContent: names from the air stay text whatever they hold.
 */

const SVG = 'http://www.w3.org/2000/svg';

const fill = (element, attributes, children) => {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
};

export const html = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
export const svg = (tag, attributes = {}, ...children) =>
  fill(document.createElementNS(SVG, tag), attributes, children);

export const byId = (id) => document.getElementById(id);

/** Writes only what differs, so that a selection or a screen reader is not disturbed. */
export const setText = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

export const setClass = (element, name) => {
  if (element.className !== name) element.className = name;
};

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
