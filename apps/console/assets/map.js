/** A schematic map: units by latitude and longitude, north up, a scale, no tiles and no network. */
import { byId, setText, svg } from './elements.js';
import { ago, metres, plural } from './words.js';

/** More marks than this are a smear. */
const MAX_MARKS = 300;
const METRES_PER_DEGREE = 111_320;
/** A team that stands still together is shown this wide. */
const MIN_SPAN_M = 400;
/** Room for half a callsign at each side. */
const MARGIN_PX = { x: 64, y: 36 };
const LABEL_PX = { width: 7, height: 14 };
/** Characters of a callsign on the map. */
const MAX_LABEL = 24;

/** The team colours of TAK. */
const teamColours = {
  White: '#f4f4f4',
  Yellow: '#f2d024',
  Orange: '#f08519',
  Magenta: '#d834c6',
  Red: '#d92b2b',
  Maroon: '#8c1d2c',
  Purple: '#7a35b8',
  'Dark Blue': '#1c3b8e',
  Blue: '#2a62d9',
  Cyan: '#16b3c4',
  Teal: '#12807a',
  Green: '#2f9e44',
  'Dark Green': '#1d5e2c',
  Brown: '#8a5a2b',
};

export const renderMap = ({ units }, elapsedMs) => {
  const canvas = byId('map');
  const placed = units.filter(({ lat }) => lat !== null).slice(0, MAX_MARKS);
  const away = units.length - placed.length;
  setText(byId('map-note'), joinedNote(placed.length, away));
  canvas.setAttribute(
    'aria-label',
    placed.length === 0 ? 'No positions yet' : `Map of ${plural(placed.length, 'unit')}; the list below holds the same`,
  );
  const size = { width: canvas.clientWidth || 640, height: canvas.clientHeight || 360 };
  canvas.setAttribute('viewBox', `0 0 ${size.width} ${size.height}`);
  if (placed.length === 0) {
    canvas.replaceChildren(text('map-empty', size.width / 2, size.height / 2, 'No positions yet', 'middle'));
    return;
  }
  const projection = project(placed, size);
  canvas.replaceChildren(
    ...grid(projection, size),
    ...marks(placed, projection, size, elapsedMs),
    ...scaleBar(projection, size),
  );
};

const joinedNote = (placed, away) =>
  away > 0 ? `${plural(placed, 'unit')}, ${away} not shown` : plural(placed, 'unit');

/** Equirectangular around the middle: true enough over a county. Longitudes across 180° are not joined. */
const project = (units, { width, height }) => {
  const lats = units.map(({ lat }) => lat);
  const lons = units.map(({ lon }) => lon);
  const middle = { lat: (Math.min(...lats) + Math.max(...lats)) / 2, lon: (Math.min(...lons) + Math.max(...lons)) / 2 };
  const narrowing = Math.max(0.01, Math.cos((middle.lat * Math.PI) / 180));
  const spanX = Math.max(MIN_SPAN_M, (Math.max(...lons) - Math.min(...lons)) * METRES_PER_DEGREE * narrowing);
  const spanY = Math.max(MIN_SPAN_M, (Math.max(...lats) - Math.min(...lats)) * METRES_PER_DEGREE);
  const pixelsPerMetre = Math.min((width - 2 * MARGIN_PX.x) / spanX, (height - 2 * MARGIN_PX.y) / spanY);
  return {
    pixelsPerMetre,
    place: ({ lat, lon }) => ({
      x: width / 2 + (lon - middle.lon) * METRES_PER_DEGREE * narrowing * pixelsPerMetre,
      y: height / 2 - (lat - middle.lat) * METRES_PER_DEGREE * pixelsPerMetre,
    }),
  };
};

/** 1, 2 or 5 times a power of ten, at most `limit`. */
const roundLength = (limit) => {
  const power = 10 ** Math.floor(Math.log10(limit));
  return power * ([5, 2].find((factor) => factor * power <= limit) ?? 1);
};

const grid = ({ pixelsPerMetre }, { width, height }) => {
  const step = roundLength(Math.max(width, height) / 5 / pixelsPerMetre) * pixelsPerMetre;
  const lines = [];
  for (let x = (width / 2) % step; x < width; x += step)
    lines.push(svg('line', { class: 'grid', x1: x, x2: x, y1: 0, y2: height }));
  for (let y = (height / 2) % step; y < height; y += step)
    lines.push(svg('line', { class: 'grid', x1: 0, x2: width, y1: y, y2: y }));
  return lines;
};

const marks = (units, { place }, size, elapsedMs) => {
  const points = units.map(place);
  const taken = points.map(({ x, y }) => ({ x: x - 7, y: y - 7, width: 14, height: 14 }));
  return units.map((unit, index) => {
    const { x, y } = points[index];
    const name = unit.callsign || unit.uid;
    const group = svg('g', { class: unit.staleInMs < elapsedMs ? 'unit stale' : 'unit' });
    group.append(svg('title'), shape(unit, x, y));
    group.firstElementChild.textContent = `${name}, ${unit.kind}, ${ago(unit.heardAgeMs + elapsedMs)}`;
    const label = labelPlaces(name, x, y).find(
      (box) => box.x > 0 && box.x + box.width < size.width && !taken.some((other) => overlaps(other, box)),
    );
    if (label !== undefined) {
      taken.push(label);
      group.append(text('callsign', label.textX, label.y + 11, label.text, label.anchor));
    }
    return group;
  });
};

/** To the right of the mark, or else left, above, below; where nothing is free the mark stands alone. */
const labelPlaces = (name, x, y) => {
  const shown = name.length > MAX_LABEL ? `${name.slice(0, MAX_LABEL - 1)}…` : name;
  const width = shown.length * LABEL_PX.width;
  const box = { text: shown, y: y - LABEL_PX.height / 2, width, height: LABEL_PX.height };
  return [
    { ...box, x: x + 10, textX: x + 10, anchor: 'start' },
    { ...box, x: x - 10 - width, textX: x - 10, anchor: 'end' },
    ...[-17, 17].map((dy) => ({ ...box, x: x - width / 2, y: box.y + dy, textX: x, anchor: 'middle' })),
  ];
};

const overlaps = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const shape = ({ kind, team }, x, y) => {
  const colour = Object.hasOwn(teamColours, team) ? teamColours[team] : '#8a8f98';
  if (kind === 'pli') return svg('circle', { class: 'mark', cx: x, cy: y, r: 6, fill: colour });
  if (kind === 'emergency' || kind === 'casevac') {
    return svg('path', { class: 'mark', d: `M${x} ${y - 9}l9 15h-18z`, fill: '#d92b2b' });
  }
  return svg('path', { class: 'mark', d: `M${x} ${y - 7}l7 7l-7 7l-7 -7z`, fill: colour });
};

const scaleBar = ({ pixelsPerMetre }, { width, height }) => {
  const length = roundLength(width / 4 / pixelsPerMetre);
  const pixels = length * pixelsPerMetre;
  const y = height - 14;
  return [
    svg('path', { class: 'scale', d: `M14 ${y - 5}v5h${pixels}v-5` }),
    text('scale-text', 14 + pixels + 8, y + 1, metres(length), 'start'),
    text('scale-text', width - 14, 22, 'N ↑', 'end'),
  ];
};

const text = (name, x, y, content, anchor) => {
  const element = svg('text', { class: name, x, y, 'text-anchor': anchor });
  element.textContent = content;
  return element;
};
