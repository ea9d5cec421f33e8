/** Where the names on the map go: beside their symbols, without covering each other. Pure. */

import { shown } from './words.js';

/** Characters of a name on the map. */
const MAX_LABEL = 24;
/** Symbols and labels are looked for in cells of this size only. */
const CELL_PX = 64;
const SYMBOL_PX = 14;
const HEIGHT_PX = 14;
const GAP_PX = 10;

const shorten = (name) => {
  const text = shown(name);
  return text.length > MAX_LABEL
    ? `${Array.from(text)
        .slice(0, MAX_LABEL - 1)
        .join('')}…`
    : text;
};

/**
 * @param points `{ x, y, label }`, those that matter most first
 * @param widthOf how wide a text is, pixels
 * @returns `{ text, x, y, align }`, one for each point that has room, in the order of the points
 */
export const placeLabels = (points, widthOf) => {
  const taken = createGrid();
  for (const { x, y } of points)
    taken.add({ x: x - SYMBOL_PX / 2, y: y - SYMBOL_PX / 2, width: SYMBOL_PX, height: SYMBOL_PX });
  const labels = [];
  for (const { x, y, label } of points) {
    if (label === '') continue;
    const text = shorten(label);
    const place = places(x, y, widthOf(text)).find((candidate) => !taken.overlaps(candidate));
    if (place === undefined) continue;
    taken.add(place);
    labels.push({ text, x: place.textX, y, dy: place.dy, align: place.align });
  }
  return labels;
};

/** To the right of the symbol, or else left, below, above; where nothing is free the symbol stands alone. */
const places = (x, y, width) => {
  const box = { y: y - HEIGHT_PX / 2, width, height: HEIGHT_PX, dy: 0 };
  return [
    { ...box, x: x + GAP_PX, textX: x + GAP_PX, align: 'left' },
    { ...box, x: x - GAP_PX - width, textX: x - GAP_PX, align: 'right' },
    { ...box, x: x - width / 2, y: box.y + 17, dy: 17, textX: x, align: 'center' },
    { ...box, x: x - width / 2, y: box.y - 17, dy: -17, textX: x, align: 'center' },
  ];
};

const createGrid = () => {
  const cells = new Map();
  const cellsOf = ({ x, y, width, height }) => {
    const keys = [];
    for (let cx = Math.floor(x / CELL_PX); cx <= Math.floor((x + width) / CELL_PX); cx += 1) {
      for (let cy = Math.floor(y / CELL_PX); cy <= Math.floor((y + height) / CELL_PX); cy += 1)
        keys.push(`${cx}/${cy}`);
    }
    return keys;
  };
  return {
    add: (box) => {
      for (const key of cellsOf(box)) {
        const cell = cells.get(key);
        if (cell === undefined) cells.set(key, [box]);
        else cell.push(box);
      }
    },
    overlaps: (box) => cellsOf(box).some((key) => (cells.get(key) ?? []).some((other) => overlap(box, other))),
  };
};

const overlap = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
