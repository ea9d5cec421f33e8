/**
 * A layer of the map that draws on one canvas, anew when the map or what it shows has moved. Ten thousand elements would
 * make a browser crawl; ten thousand small drawings do not.
 */

/* global L */

/** The canvas reaches a little beyond the map: the edge of what is dragged in is drawn already. */
const MARGIN = 0.1;
/** Sharper than this nobody sees. */
const MAX_SCALE = 2;

const MOVES = 'move zoom moveend zoomend resize viewreset';

/** Layers extend it with `draw(context, view)`; coordinates are pixels of the map's container. */
export const CanvasLayer = L.Layer.extend({
  /** @param {{ pane: string, className: string }} options */
  initialize(options) {
    L.setOptions(this, options);
  },
  onAdd(map) {
    this.shownOn = map;
    const { className, pane } = this.options;
    this.canvas = L.DomUtil.create('canvas', className, map.getPane(pane));
    this.canvas.setAttribute('aria-hidden', 'true');
    map.on(MOVES, this.redraw, this);
    this.redraw();
  },
  onRemove(map) {
    this.shownOn = undefined;
    map.off(MOVES, this.redraw, this);
    this.canvas.remove();
  },
  /** In the next frame, once. */
  redraw() {
    if (this.frame !== undefined) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = undefined;
      if (this.shownOn !== undefined) this.drawNow(this.shownOn);
    });
  },
  drawNow(map) {
    const size = map.getSize();
    const margin = { x: Math.round(size.x * MARGIN), y: Math.round(size.y * MARGIN) };
    const context = prepare(this.canvas, size, margin);
    L.DomUtil.setPosition(this.canvas, map.containerPointToLayerPoint([-margin.x, -margin.y]));
    const scale = 256 * 2 ** map.getZoom();
    const { min } = map.getPixelBounds();
    this.draw(context, {
      left: -margin.x,
      top: -margin.y,
      right: size.x + margin.x,
      bottom: size.y + margin.y,
      scale,
      bounds: map.getBounds(),
      /** From the unit square of the Mercator projection. */
      x: (unitX) => unitX * scale - min.x,
      y: (unitY) => unitY * scale - min.y,
    });
  },
});

/** An empty canvas over the map and its margin, with the origin at the corner of the map. */
const prepare = (canvas, size, margin) => {
  const scale = Math.min(MAX_SCALE, window.devicePixelRatio || 1);
  const width = size.x + 2 * margin.x;
  const height = size.y + 2 * margin.y;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext('2d');
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  context.translate(margin.x, margin.y);
  return context;
};
