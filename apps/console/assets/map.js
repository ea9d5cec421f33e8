/** The map: the world, what is on it, and what a click tells of it. */
import { html, setClick, setText } from './elements.js';
import { boundsOf, itemKind } from './symbols.js';
import { onTheme } from './theme.js';
import { UnitsLayer } from './units-layer.js';
import { ago, degrees, joined } from './words.js';
import { WorldLayer } from './world-layer.js';

/* global L */

/** Closer would show a team that stands together as far apart. */
const FIT_ZOOM = 15;
const MAX_ZOOM = 19;

/**
 * @param tiles `{ url, attribution }`, url undefined without any
 * @param ask called with the uid or number of something whose outcomes somebody wants to see
 */
export const createMap = (tiles, ask) => {
  const map = L.map('map', {
    attributionControl: tiles.url !== undefined,
    maxZoom: MAX_ZOOM,
    minZoom: 1,
    zoomSnap: 0.25,
    worldCopyJump: true,
    // What is drawn by us is drawn at once.
    zoomAnimation: false,
    fadeAnimation: false,
  }).setView([30, 10], 2);
  map.createPane('world').style.zIndex = 150;
  const world = new WorldLayer().addTo(map);
  const layer = new UnitsLayer().addTo(map);
  const fit = createFit(map, () => layer.items);
  L.control.scale({ imperial: true, maxWidth: 140 }).addTo(map);
  if (tiles.url !== undefined) addTiles(map, tiles);
  onTheme(() => {
    world.redraw();
    layer.redraw();
  });
  const popup = createPopup(map, ask);
  map.on('click', ({ containerPoint }) => {
    const item = layer.itemAt(containerPoint);
    if (item !== undefined) popup.open(item);
  });

  let isWorldAsked = false;
  return {
    render: (items, nowMs) => {
      layer.show(items);
      fit.contents();
      popup.update(items, nowMs);
      if (isWorldAsked) return;
      // People first, coasts afterwards.
      isWorldAsked = true;
      setTimeout(() => void world.load(), 0);
    },
    /** The room for it is another. */
    resize: () => {
      map.invalidateSize({ pan: false });
      fit.contents();
    },
    show: ({ key, lat, lon }) => {
      fit.stop();
      map.setView([lat, lon], Math.max(map.getZoom(), 13), { animate: false });
      const item = layer.items.find((candidate) => candidate.key === key);
      if (item !== undefined) popup.open(item);
    },
  };
};

/** Keeps everything in sight until somebody moves the map; a button goes back to that. */
const createFit = (map, items) => {
  let isFollowing = true;
  let fitted = '';
  const contents = () => {
    const bounds = isFollowing ? (boundsOf(items().filter(({ isStale }) => !isStale)) ?? boundsOf(items())) : undefined;
    if (bounds === undefined || map.getSize().x === 0) return;
    // Only when something is out of sight or all has become small: a map that moves all the time cannot be read.
    const inner = map.getBounds().pad(-0.02);
    const isSmall = map.getBoundsZoom(L.latLngBounds(bounds).pad(0.2)) > map.getZoom() + 1 && map.getZoom() < FIT_ZOOM;
    if (fitted === sizeText(map) && inner.contains(bounds) && !isSmall) return;
    fitted = sizeText(map);
    // Room for names at both sides, and for the scale.
    const side = Math.min(70, map.getSize().x / 10);
    const paddings = { paddingTopLeft: [side, 30], paddingBottomRight: [side, 50] };
    map.fitBounds(bounds, { ...paddings, maxZoom: FIT_ZOOM, animate: false });
  };
  const stop = () => (isFollowing = false);
  map.on('dragstart', stop);
  map.getContainer().addEventListener('wheel', stop, { passive: true });
  map.getContainer().addEventListener('keydown', stop);
  map.getContainer().addEventListener('dblclick', stop);
  // The control lets no click out.
  map.zoomControl.getContainer().addEventListener('click', stop, { capture: true });
  addFitButton(map, () => {
    isFollowing = true;
    fitted = '';
    contents();
  });
  return { contents, stop };
};

const sizeText = (map) => `${map.getSize().x}x${map.getSize().y}`;

const addFitButton = (map, onClick) => {
  const control = L.control({ position: 'topleft' });
  control.onAdd = () => {
    const button = html('button', { type: 'button', class: 'fit', title: 'Show everything' }, 'Fit');
    L.DomEvent.disableClickPropagation(button);
    button.addEventListener('click', onClick);
    return button;
  };
  control.addTo(map);
};

const addTiles = (map, { url, attribution }) => {
  map.attributionControl.setPrefix(false);
  L.tileLayer(url, { maxZoom: MAX_ZOOM }).addTo(map);
  // The control takes HTML; what the operator wrote is text.
  map.attributionControl.addAttribution(html('span', {}, attribution).innerHTML);
};

const createPopup = (map, ask) => {
  const content = html(
    'div',
    { class: 'popup' },
    html('strong', { class: 'foreign' }),
    html('p', { class: 'foreign' }),
    html('button', { type: 'button' }, 'What became of it'),
  );
  const popup = L.popup({ autoPan: false, maxWidth: 280 }).setContent(content);
  let key;
  const fill = (item, nowMs) => {
    const { unit, node, label, lat, lon } = item;
    const [title, facts, button] = content.children;
    const heard = unit ?? node;
    setText(title, label);
    setText(
      facts,
      joined(
        itemKind(item),
        unit?.team ?? '',
        unit === undefined ? node.node : unit.over,
        degrees({ lat, lon }),
        `heard ${ago(nowMs - heard.heardMs)}`,
        item.isStale ? 'stale' : '',
      ),
    );
    setClick(button, () => ask(unit === undefined ? node.node : unit.uid));
  };
  return {
    open: (item) => {
      key = item.key;
      fill(item, (item.unit ?? item.node).heardMs);
      popup.setLatLng([item.lat, item.lon]).openOn(map);
    },
    /** Follows what it tells of. */
    update: (items, nowMs) => {
      if (!map.hasLayer(popup)) return;
      const item = items.find((candidate) => candidate.key === key);
      if (item === undefined) return;
      fill(item, nowMs);
      popup.setLatLng([item.lat, item.lon]);
    },
  };
};
