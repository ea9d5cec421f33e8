/** The last outcomes: how every frame and event ended, and why. */
import { byId, html, setText, syncChildren } from './elements.js';
import { byOrder, holds, sorted } from './model.js';
import { reasonOf } from './reasons.js';
import { createPaging, syncRows } from './table.js';
import { age, joined, kindWord, nodeName, plural, UNKNOWN } from './words.js';

const ROWS = 60;
/** A screen reader is told at most this often. */
const ANNOUNCE_MS = 10_000;

/** Newest first, each with the name of its node: a refused packet names nobody, but its sender is often known. */
export const namedOutcomes = ({ outcomes, nodes }) =>
  sorted(outcomes, byOrder).map((outcome) => {
    const node = nodes.get(`${outcome.mesh}/${outcome.node}`);
    return { ...outcome, nodeName: node === undefined ? '' : nodeName(node) };
  });

export const chosenOutcomes = (outcomes, { wanted, reason }) =>
  outcomes.filter((outcome) => (reason === '' || outcome.reason === reason) && holds(wanted, ...searched(outcome)));

const searched = ({ reason, callsign, uid, node, nodeName, kind, mesh, destination, owner, detail }) => [
  reasonOf(reason).text,
  callsign,
  uid,
  node,
  nodeName,
  kindWord(kind),
  mesh,
  destination,
  owner,
  detail,
];

export const createOutcomes = (render) => {
  const page = createPaging('outcomes-more', ROWS, render);
  let held;
  byId('outcomes-filter').addEventListener('input', render);
  byId('outcomes-reason').addEventListener('change', render);
  byId('outcomes-hold').addEventListener('click', () => {
    held = held === undefined ? 'next' : undefined;
    render();
  });
  return (model, nowMs) => {
    if (held === 'next') held = namedOutcomes(model);
    const all = held ?? namedOutcomes(model);
    renderReasonChoice(model.about.outcomeCounts);
    const wish = { wanted: byId('outcomes-filter').value, reason: byId('outcomes-reason').value };
    const chosen = chosenOutcomes(all, wish);
    renderNotes(model, { all, chosen, wish, isHeld: held !== undefined }, nowMs);
    syncRows('outcome-rows', page(chosen), columns(nowMs));
  };
};

/** Shows what somebody came for: a text in it, a reason, or both. */
export const searchOutcomes = ({ text = '', reason = '' }) => {
  const choice = byId('outcomes-reason');
  // The list of reasons is filled when it is first shown.
  if (!Array.from(choice.children).some(({ value }) => value === reason)) {
    choice.append(html('option', { value: reason, 'data-key': reason }));
  }
  byId('outcomes-filter').value = text;
  choice.value = reason;
};

const renderNotes = ({ about }, { all, chosen, wish, isHeld }, nowMs) => {
  byId('outcomes-hold').setAttribute('aria-pressed', String(isHeld));
  setText(byId('outcomes-hold'), isHeld ? 'Held: go on' : 'Hold');
  byId('outcomes-none').hidden = chosen.length > 0;
  setText(byId('outcomes-none'), all.length === 0 ? 'Nothing has ended yet.' : 'None matches the filter.');
  const total = Object.values(about.outcomeCounts).reduce((sum, count) => sum + count, 0);
  setText(
    byId('outcomes-note'),
    joined(
      `${total} in ${age(nowMs - about.sinceMs)}`,
      about.outcomesMissed > 0 ? `${about.outcomesMissed} missed by this page` : '',
    ),
  );
  const isFiltered = wish.wanted !== '' || wish.reason !== '';
  setText(byId('outcomes-filter-note'), isFiltered ? `${chosen.length} of the last ${all.length}` : '');
  setText(byId('outcomes-meaning'), wish.reason === '' ? '' : reasonOf(wish.reason).meaning);
  byId('outcomes-meaning').hidden = wish.reason === '';
};

const renderReasonChoice = (outcomeCounts) => {
  const counts = Object.entries(outcomeCounts).sort(([, a], [, b]) => b - a);
  syncChildren(byId('outcomes-reason'), [['', 0], ...counts], {
    keyOf: ([reason]) => reason,
    create: ([reason]) => html('option', { value: reason }),
    update: (option, [reason, count]) => setText(option, reason === '' ? 'all' : `${reasonOf(reason).text} (${count})`),
  });
};

const columns = (nowMs) => [
  { title: 'When', cell: ({ atMs }) => ({ text: nowMs - atMs < 1000 ? 'now' : age(nowMs - atMs) }) },
  {
    title: 'Result',
    cell: ({ reason }) => {
      const { text, tone, meaning } = reasonOf(reason);
      return { label: text, tone, hint: meaning };
    },
  },
  { title: 'Who', cell: whoCell },
  {
    title: 'What',
    cell: ({ kind, port, mesh }) => ({ text: kindWord(kind), note: joined(mesh, port === 0 ? '' : `port ${port}`) }),
  },
  { title: 'Where to', cell: ({ destination }) => ({ text: destination || UNKNOWN }) },
  {
    title: 'Detail',
    cell: ({ reason, detail, owner, destination }) => ({
      text: detail || (reason === 'delivered' ? '' : reasonOf(reason).meaning),
      note: owner === destination ? '' : `recorded by ${owner}`,
    }),
  },
];

const whoCell = ({ callsign, uid, node, nodeName }) => {
  const [text = UNKNOWN, ...notes] = [callsign || nodeName, uid, node].filter(Boolean);
  const isNamedByUid = uid.toLowerCase().includes(node.slice(1));
  return { text, note: joined(...notes.filter((note) => note !== node || !isNamedByUid)) };
};

/** Tells a screen reader what is new, now and then; @returns a function that takes the model. */
export const createAnnouncer = () => {
  let announcedMs = 0;
  let announcedOrder;
  return (model) => {
    if (announcedOrder !== undefined && performance.now() - announcedMs < ANNOUNCE_MS) return;
    const newest = namedOutcomes(model)[0];
    if (newest === undefined || newest.order === announcedOrder) return;
    if (announcedOrder !== undefined) {
      const who = newest.callsign || newest.nodeName || newest.uid || newest.node;
      const what = joined(reasonOf(newest.reason).text, who);
      setText(byId('announcer'), `${plural(newest.order - announcedOrder, 'new outcome')}, the last: ${what}`);
    }
    announcedOrder = newest.order;
    announcedMs = performance.now();
  };
};
