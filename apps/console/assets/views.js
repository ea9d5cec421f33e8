/** The views of the page, and the ways from one to another. */
import { findings, renderAttention } from './attention.js';
import { renderAir } from './air.js';
import { renderCards, renderListeners } from './cards.js';
import { createCertificates } from './certificates.js';
import { createUnread, renderChats } from './chats.js';
import { renderClients } from './clients.js';
import { byId } from './elements.js';
import { renderBadges } from './header.js';
import { createIdentity } from './identity.js';
import { createMap } from './map.js';
import { chooseNodes, createNodes } from './nodes.js';
import { createOutcomes, searchOutcomes } from './outcomes.js';
import { renderRoutes } from './routes.js';
import { createSettings } from './settings.js';
import { mapItems } from './symbols.js';
import { currentView, openView } from './tabs.js';
import { createUnits } from './units.js';

/** Lists that changed more often than once a second could not be read. */
const LISTS_EVERY_MS = 900;

/** @param asked called when somebody has done something and waits for it */
export const createViews = ({ tiles, asked }) => {
  const map = createMap(tiles, (text) => {
    searchOutcomes({ text });
    openView('outcomes');
  });
  const showOnMap = (item) => {
    openView('map');
    // The view has to be there before the map can move.
    requestAnimationFrame(() => map.show(item));
  };
  const renderNodes = createNodes(asked);
  const renderOutcomes = createOutcomes(asked);
  const renderUnits = createUnits({ render: asked, show: showOnMap });
  const renderIdentity = createIdentity();
  const renderCertificates = createCertificates();
  const renderSettings = createSettings(asked);
  const unread = createUnread();
  const views = {
    map: (model, { nowMs, items, found }) => {
      renderAttention(model, found, openFinding);
      renderUnits(items, nowMs);
    },
    nodes: (model, { nowMs, role }) => renderNodes(model, { nowMs, role }),
    outcomes: (model, { nowMs }) => renderOutcomes(model, nowMs),
    chat: (model, { nowMs }) => renderChats(model, nowMs),
    tak: (model, { nowMs, role }) => {
      renderListeners(model);
      renderClients(model, nowMs);
      renderCertificates(model, { nowMs, role });
      renderIdentity(model, { role });
    },
    links: (model, { nowMs }) => {
      renderCards(model, nowMs);
      renderAir(model);
      renderRoutes(model, nowMs);
    },
    settings: (model) => renderSettings(model),
  };
  let listsMs = -Infinity;
  new ResizeObserver(() => map.resize()).observe(byId('map'));

  return {
    showOnMap,
    resize: () => map.resize(),
    /** The map follows every message, the lists do not. */
    render: (model, { nowMs, isChanged, isAsked, role }) => {
      const view = currentView();
      const isDue = isAsked || performance.now() - listsMs > LISTS_EVERY_MS;
      if (!isChanged && !isDue) return;
      const items = view === 'map' ? mapItems(model, nowMs) : [];
      if (view === 'map') map.render(items, nowMs);
      if (!isDue) return;
      listsMs = performance.now();
      const found = findings(model);
      renderBadges(model, { found, unreadLines: unread(model, view === 'chat') });
      views[view](model, { nowMs, items, found, role });
    },
  };
};

const openFinding = ({ view, choice }) => {
  if (view === 'nodes') chooseNodes(choice);
  if (view === 'outcomes') searchOutcomes(choice);
  openView(view);
};
