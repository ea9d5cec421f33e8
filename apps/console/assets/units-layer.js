/** The layer of units: symbols, names, shapes and routes. */
import { CanvasLayer } from './canvas-layer.js';
import { placeLabels } from './labels.js';
import { mercatorX, mercatorY } from './mercator.js';
import { colour } from './theme.js';

/** With more in sight names would be a smear. */
const MAX_LABELLED = 600;
/** With more in sight nobody tells one shape from another, and their edges cost more than all else. */
const MAX_SHAPED = 1500;
/** A finger is wider than a symbol. */
const REACH_PX = 16;
const FONT = '12px system-ui, sans-serif';
/** Names whose width is remembered. */
const MAX_WIDTHS = 5000;

export const UnitsLayer = CanvasLayer.extend({
  initialize() {
    CanvasLayer.prototype.initialize.call(this, { pane: 'overlayPane', className: 'units-canvas' });
    this.items = [];
    this.drawn = [];
  },
  show(items) {
    this.items = items;
    this.redraw();
  },
  /** The nearest item at a place of the map, in pixels of its container. */
  itemAt({ x, y }) {
    let nearest;
    let nearestPx = REACH_PX;
    for (const drawn of this.drawn) {
      const px = Math.hypot(drawn.x - x, drawn.y - y);
      if (px <= nearestPx) [nearest, nearestPx] = [drawn.item, px];
    }
    return nearest;
  },
  draw(context, view) {
    const at = (lat, lon) => ({ x: view.x(mercatorX(lon)), y: view.y(mercatorY(lat)) });
    const isNear = ({ x, y }) => x > view.left && y > view.top && x < view.right && y < view.bottom;
    for (const item of this.items) if (item.outline !== null) drawOutline(context, item, at);
    this.drawn = this.items.map((item) => ({ ...at(item.lat, item.lon), item, label: item.label })).filter(isNear);
    if (this.drawn.length > MAX_SHAPED) drawDots(context, this.drawn);
    else for (const drawn of this.drawn) drawSymbol(context, drawn);
    if (this.drawn.length <= MAX_LABELLED) drawLabels(context, this.drawn.toReversed());
  },
});

const drawOutline = (context, { outline, colour: own, isStale }, at) => {
  context.globalAlpha = isStale ? 0.35 : 0.9;
  context.beginPath();
  for (const [index, [lat, lon]] of outline.points.entries()) {
    const { x, y } = at(lat, lon);
    if (index === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  if (outline.closed) context.closePath();
  // Any colour is told from the map by its darker edge.
  context.lineJoin = 'round';
  strokes(context, 4, colour('--edge'));
  strokes(context, 2.5, own);
  if (outline.closed) {
    context.globalAlpha = isStale ? 0.05 : 0.12;
    context.fillStyle = own;
    context.fill();
  }
  context.globalAlpha = 1;
};

const paths = {
  circle: (c, x, y) => c.arc(x, y, 6, 0, 2 * Math.PI),
  ring: (c, x, y) => c.arc(x, y, 5, 0, 2 * Math.PI),
  square: (c, x, y) => c.rect(x - 5.5, y - 5.5, 11, 11),
  diamond: (c, x, y) => polygon(c, [x, y - 7.5], [x + 7.5, y], [x, y + 7.5], [x - 7.5, y]),
  triangle: (c, x, y) => polygon(c, [x, y - 11], [x + 11, y + 8], [x - 11, y + 8]),
  plane: (c, x, y) => polygon(c, [x, y - 9], [x + 7, y + 7], [x, y + 3], [x - 7, y + 7]),
};

const polygon = (context, [x, y], ...others) => {
  context.moveTo(x, y);
  for (const [nextX, nextY] of others) context.lineTo(nextX, nextY);
  context.closePath();
};

const drawSymbol = (context, { x, y, item }) => {
  context.globalAlpha = item.isStale ? 0.4 : 1;
  context.beginPath();
  paths[item.shape](context, x, y);
  context.fillStyle = item.isStale ? colour('--soft') : item.colour;
  if (item.shape === 'ring') {
    strokes(context, 2.5, colour('--soft'));
  } else {
    strokes(context, 3.5, colour('--edge'));
    strokes(context, 1.5, colour('--mark-edge'));
    context.fill();
  }
  context.globalAlpha = 1;
};

/** All of a colour in one stroke of the brush; calls for help keep their shape. */
const drawDots = (context, all) => {
  const byColour = new Map();
  for (const drawn of all) {
    const fill = drawn.item.isStale ? colour('--soft') : drawn.item.colour;
    const same = byColour.get(fill);
    if (same === undefined) byColour.set(fill, [drawn]);
    else same.push(drawn);
  }
  for (const [fill, same] of byColour) {
    context.beginPath();
    for (const { x, y } of same) context.rect(x - 3, y - 3, 6, 6);
    context.fillStyle = fill;
    context.fill();
  }
  for (const drawn of all) if (drawn.item.shape === 'triangle') drawSymbol(context, drawn);
};

const strokes = (context, width, style) => {
  context.lineWidth = width;
  context.strokeStyle = style;
  context.stroke();
};

const drawLabels = (context, points) => {
  context.font = FONT;
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  context.lineWidth = 3;
  context.strokeStyle = colour('--map');
  context.fillStyle = colour('--ink');
  for (const { text, x, y, dy, align } of placeLabels(points, (label) => widthOf(context, label))) {
    context.textAlign = align;
    context.strokeText(text, x, y + dy);
    context.fillText(text, x, y + dy);
  }
};

/** Measuring costs more than drawing. */
const widths = new Map();
const widthOf = (context, text) => {
  const known = widths.get(text);
  if (known !== undefined) return known;
  if (widths.size >= MAX_WIDTHS) widths.clear();
  const { width } = context.measureText(text);
  widths.set(text, width);
  return width;
};
