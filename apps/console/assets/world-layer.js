/** The layer under all others: the world and its grid. */
import { CanvasLayer } from './canvas-layer.js';
import { mercatorX, mercatorY } from './mercator.js';
import { colour } from './theme.js';
import { gridLines, gridStep, ringsOf } from './world.js';

/* global topojson */

/** Corners closer together than this are one on the screen. */
const SAME_PX = 0.7;
/** To the west and east of the world lies the world again. */
const COPIES = [-1, 0, 1];

export const WorldLayer = CanvasLayer.extend({
  initialize() {
    CanvasLayer.prototype.initialize.call(this, { pane: 'world', className: 'world-canvas' });
    this.rings = [];
  },
  /** Fetches the coasts; until then there is the grid. */
  async load() {
    const [topology] = await Promise.all([fetch('lib/countries.json').then((r) => r.json()), loadTopojson()]);
    this.rings = ringsOf(topojson.feature(topology, topology.objects.countries));
    this.redraw();
  },
  draw(context, view) {
    context.beginPath();
    for (const copy of COPIES) for (const ring of this.rings) traceRing(context, ring, copy, view);
    context.fillStyle = colour('--map');
    context.fill('evenodd');
    context.lineWidth = 1;
    context.strokeStyle = colour('--map-border');
    context.stroke();
    drawGrid(context, view);
  },
});

const traceRing = (context, { points, left, right, top, bottom }, copy, view) => {
  if (view.x(right + copy) < view.left || view.x(left + copy) > view.right) return;
  if (view.y(bottom) < view.top || view.y(top) > view.bottom) return;
  let [lastX, lastY] = [view.x(points[0] + copy), view.y(points[1])];
  context.moveTo(lastX, lastY);
  for (let index = 2; index < points.length; index += 2) {
    const x = view.x(points[index] + copy);
    const y = view.y(points[index + 1]);
    if (Math.abs(x - lastX) < SAME_PX && Math.abs(y - lastY) < SAME_PX) continue;
    context.lineTo(x, y);
    [lastX, lastY] = [x, y];
  }
  context.closePath();
};

const drawGrid = (context, view) => {
  const { bounds } = view;
  const wide = bounds.pad(0.3);
  const step = gridStep(bounds.getNorth() - bounds.getSouth());
  context.beginPath();
  for (const lat of gridLines(Math.max(-85, wide.getSouth()), Math.min(85, wide.getNorth()), step)) {
    const y = Math.round(view.y(mercatorY(lat))) + 0.5;
    context.moveTo(view.left, y);
    context.lineTo(view.right, y);
  }
  for (const lon of gridLines(wide.getWest(), wide.getEast(), step)) {
    const x = Math.round(view.x(mercatorX(lon))) + 0.5;
    context.moveTo(x, view.top);
    context.lineTo(x, view.bottom);
  }
  context.strokeStyle = colour('--map-line');
  context.stroke();
};

/** A script of an older kind: it leaves its name in the window. */
const loadTopojson = () =>
  new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = 'lib/topojson-client.js';
    script.addEventListener('load', resolve);
    script.addEventListener('error', () => reject(new Error('topojson-client did not load')));
    document.head.append(script);
  });
