/** The page: takes views from /api/events and shows the newest one; ages run on between views. */
import { renderCards, summary } from './cards.js';
import { byId, html, setClass, setText, syncChildren } from './elements.js';
import { renderMap } from './map.js';
import { reasonOf } from './reasons.js';
import { renderNodes, renderOutcomes, renderUnits, withNodeNames } from './tables.js';
import { age, joined, plural } from './words.js';

/** The console's own heartbeat alone brings a view every 10 s: after this the connection is dead, whatever it says. */
const SILENT_MS = 45_000;
/** The browser reconnects by itself but for answers such as "too many pages". */
const REOPEN_MS = 5000;
/** A screen reader is told at most this often. */
const ANNOUNCE_MS = 10_000;
/** Outcomes at first: on a phone each is a card. */
const FIRST_OUTCOMES = 30;

let view;
let receivedMs = 0;
let announcedMs = 0;
let announcedId;
let events;
let openedMs = 0;
let shownOutcomes = FIRST_OUTCOMES;

const elapsedMs = () => performance.now() - receivedMs;

const open = () => {
  events?.close();
  openedMs = performance.now();
  events = new EventSource('api/events');
  events.addEventListener('state', ({ data }) => {
    const received = JSON.parse(data);
    view = { ...received, outcomes: withNodeNames(received) };
    receivedMs = performance.now();
    render();
    renderMap(view, 0);
    announce();
  });
  events.addEventListener('error', render);
};

const watch = () => {
  const sinceMs = performance.now() - Math.max(openedMs, receivedMs);
  if (events.readyState === EventSource.CLOSED ? sinceMs > REOPEN_MS : sinceMs > SILENT_MS) open();
  render();
};

const render = () => {
  renderConnection();
  if (view === undefined) return;
  const elapsed = elapsedMs();
  document.title = view.name === 'console' ? 'Cotbus' : `Cotbus ${view.name}`;
  setText(byId('name'), view.name === 'console' ? '' : view.name);
  setText(byId('summary'), summary(view));
  byId('simulated').hidden = !view.simulated;
  renderCards(view, elapsed);
  renderNodes(view, elapsed);
  renderUnits(view, elapsed);
  renderFiltered(elapsed);
};

const renderConnection = () => {
  const live = events.readyState === EventSource.OPEN;
  setText(byId('page-state'), live ? 'live' : 'reconnecting');
  setClass(byId('page-state'), `label tone-${live ? 'good' : 'bad'}`);
  const trouble = byId('trouble');
  const sentence = troubleSentence(live);
  setText(trouble, sentence);
  trouble.hidden = sentence === '';
};

const troubleSentence = (live) => {
  if (!live && view !== undefined) return `The gateway does not answer: what you see is ${age(elapsedMs())} old.`;
  if (live && view !== undefined && !view.bus)
    return 'The console has no connection to the message bus: what you see may be old.';
  return '';
};

const renderFiltered = (elapsed) => {
  const wanted = byId('filter-text').value.trim().toLowerCase();
  renderReasonChoice();
  const reason = byId('filter-reason').value;
  const matching = view.outcomes.filter(
    (outcome) => (reason === '' || outcome.reason === reason) && holds(outcome, wanted),
  );
  renderOutcomes(matching.slice(0, shownOutcomes), elapsed);
  byId('show-more').hidden = matching.length <= shownOutcomes;
  byId('outcomes-none').hidden = matching.length > 0;
  setText(byId('outcomes-none'), view.outcomes.length === 0 ? 'Nothing has ended yet.' : 'None matches the filter.');
  const total = Object.values(view.outcomeCounts).reduce((sum, count) => sum + count, 0);
  setText(
    byId('outcomes-note'),
    joined(
      `${total} in ${age(view.watchingMs + elapsed)}`,
      view.outcomesMissed > 0 ? `${view.outcomesMissed} missed by this page` : '',
    ),
  );
  const filtered = wanted !== '' || reason !== '';
  setText(byId('filter-note'), filtered ? `${matching.length} of the last ${view.outcomes.length}` : '');
};

const holds = ({ reason, ...outcome }, wanted) =>
  wanted === '' ||
  [reasonOf(reason).text, ...Object.values(outcome)].some((value) => String(value).toLowerCase().includes(wanted));

const renderReasonChoice = () => {
  const counts = Object.entries(view.outcomeCounts).toSorted(([, a], [, b]) => b - a);
  syncChildren(byId('filter-reason'), [['', 0], ...counts], {
    keyOf: ([reason]) => reason,
    create: ([reason]) => html('option', { value: reason }),
    update: (option, [reason, count]) => setText(option, reason === '' ? 'all' : `${reasonOf(reason).text} (${count})`),
  });
};

const announce = () => {
  const newest = view.outcomes[0];
  if (newest === undefined || newest.id === announcedId) return;
  if (announcedId !== undefined && performance.now() - announcedMs < ANNOUNCE_MS) return;
  const before = view.outcomes.findIndex(({ id }) => id === announcedId);
  if (announcedId !== undefined) {
    const fresh = before === -1 ? view.outcomes.length : before;
    const who = newest.callsign || newest.nodeName || newest.uid || newest.node;
    setText(
      byId('announcer'),
      `${plural(fresh, 'new outcome')}, the last: ${joined(reasonOf(newest.reason).text, who)}`,
    );
  }
  announcedId = newest.id;
  announcedMs = performance.now();
};

byId('show-more').addEventListener('click', () => {
  shownOutcomes = Infinity;
  render();
});
byId('filter-text').addEventListener('input', render);
byId('filter-reason').addEventListener('change', render);
document.querySelector('form').addEventListener('submit', (event) => event.preventDefault());
new ResizeObserver(() => {
  if (view !== undefined) renderMap(view, elapsedMs());
}).observe(byId('map'));
open();
setInterval(watch, 1000);
