/** What is drawn for whom: a plan of the map from the model. Pure. */
import { firstName, kindWord, nodeName } from './words.js';

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
export const teamNames = Object.keys(teamColours);
const NO_TEAM = '#8a8f98';
const ALARM = '#d92b2b';

export const teamColour = (team) => (Object.hasOwn(teamColours, team) ? teamColours[team] : NO_TEAM);

/** Circle: a person heard on a mesh; square: one in TAK; triangle: an alarm; plane; diamond: all else; ring: a node TAK does not see. */
const shapeOf = ({ kind, from }) => {
  if (kind === 'emergency' || kind === 'casevac') return 'triangle';
  if (kind === 'aircraft') return 'plane';
  if (kind === 'pli') return from === 'tak' ? 'square' : 'circle';
  return 'diamond';
};

const unitItem = (unit, nowMs) => {
  const shape = shapeOf(unit);
  return {
    key: unit.uid,
    unit,
    label: firstName(unit.callsign, unit.uid),
    lat: unit.lat,
    lon: unit.lon,
    shape,
    colour: shape === 'triangle' ? ALARM : unit.outline?.colour || teamColour(unit.team),
    isStale: unit.staleMs <= nowMs,
    outline: unit.outline,
  };
};

/** A node with a position that is not on the map of TAK is still somewhere. */
const nodeItem = (node) => ({
  key: node.key,
  node,
  label: nodeName(node) || node.node,
  lat: node.position.lat,
  lon: node.position.lon,
  shape: 'ring',
  colour: NO_TEAM,
  isStale: false,
  outline: null,
});

/** Everything with a place, alarms last so that they are drawn on top. */
export const mapItems = ({ units, nodes }, nowMs) => {
  const shown = new Set();
  const items = [];
  for (const unit of units.values()) {
    if (unit.lat === null) continue;
    items.push(unitItem(unit, nowMs));
    if (unit.node !== '' && unit.kind === 'pli') shown.add(`${unit.over}/${unit.node}`);
  }
  for (const node of nodes.values()) {
    if (node.position !== null && !shown.has(node.key) && !node.own) items.push(nodeItem(node));
  }
  return items.sort((a, b) => rank(a) - rank(b));
};

const rank = ({ shape, isStale }) => {
  if (shape === 'triangle') return 3;
  if (shape === 'ring') return isStale ? 0 : 1;
  return isStale ? 0 : 2;
};

/** South-west and north-east corner of all places; undefined without any. */
export const boundsOf = (items) => {
  if (items.length === 0) return undefined;
  let [south, west, north, east] = [90, 180, -90, -180];
  for (const { lat, lon } of items) {
    south = Math.min(south, lat);
    north = Math.max(north, lat);
    west = Math.min(west, lon);
    east = Math.max(east, lon);
  }
  return [
    [south, west],
    [north, east],
  ];
};

/** One line on what it is. */
export const itemKind = ({ unit, node }) => {
  if (node !== undefined) return 'node, not on the TAK map';
  return unit.kind === 'pli' ? unit.role || 'position' : kindWord(unit.kind);
};
