/** What somebody should look at, worst first, each with its remedy where there is one. */
import { BUSY_PERCENT } from './cards.js';
import { byId, html, setClass, setClick, setText, syncChildren } from './elements.js';
import { reasonOf } from './reasons.js';
import { percent, plural } from './words.js';

const weight = { bad: 0, wait: 1, quiet: 2 };

const tones = { fault: 'bad', warning: 'wait', note: 'quiet' };

/** `{ key, tone, text, remedy, view, choice }`: the view that shows more of it. Pure. */
export const findings = (model) =>
  [
    ...aboutConsole(model),
    ...[...model.findings.values()].map(ofDoctor),
    ...[...model.agents.values()].flatMap(aboutRadio),
    ...[...model.services.values()].flatMap(aboutLinks),
    ...aboutOutcomes(model),
    ...aboutNodes(model),
  ].sort((a, b) => weight[a.tone] - weight[b.tone]);

const ofDoctor = ({ key, level, about, cause, remedy }) => ({
  key: `doctor/${key}`,
  tone: tones[level],
  text: `${about}: ${cause}`,
  remedy,
  view: 'links',
});

const aboutConsole = ({ about: { alarmsMissed } }) =>
  alarmsMissed === 0
    ? []
    : [
        {
          key: 'alarms',
          tone: 'bad',
          text: `${plural(alarmsMissed, 'alarm')} came beyond what is kept, and nobody has seen them.`,
          remedy: 'Acknowledge those above.',
          view: 'map',
        },
      ];

const aboutRadio = ({ key, agent, online, channelUtilization }) =>
  online && channelUtilization >= BUSY_PERCENT
    ? [
        {
          key: `${key}/busy`,
          tone: 'wait',
          text: `${agent}: the channel is in use ${percent(channelUtilization)} of the time.`,
          remedy: 'Send less to the air, or choose a faster modem preset.',
          view: 'links',
        },
      ]
    : [];

const aboutLinks = ({ key, online, links }) =>
  links
    .filter(({ state, lastError }) => online && state !== 'open' && lastError !== '')
    .map(({ name, state, lastError, waiting }) => ({
      key: `${key}/link/${name}`,
      tone: 'bad',
      text: `TAK link ${name} is ${state}: ${lastError}.`,
      remedy: waiting > 0 ? `${waiting} wait for it.` : '',
      view: 'links',
    }));

const aboutOutcomes = ({ about: { outcomeCounts } }) =>
  outcomeCounts.dictionary_missing > 0
    ? [
        {
          key: 'dictionaries',
          tone: 'bad',
          text: `${plural(outcomeCounts.dictionary_missing, 'packet')} could not be read: a dictionary is missing.`,
          remedy: 'npx cotbus dictionaries install',
          view: 'outcomes',
          choice: { reason: 'dictionary_missing' },
        },
      ]
    : [];

/** Reasons for which a node is rightly not on the map of TAK. */
const rightly = new Set(['tak_identity', 'not_for_tak', 'loop', 'duplicate', 'superseded']);

const aboutNodes = ({ nodes, services }) => {
  const counts = new Map();
  for (const { own, visibility } of nodes.values()) {
    if (own || visibility.state !== 'not_visible' || rightly.has(visibility.reason)) continue;
    counts.set(visibility.reason, (counts.get(visibility.reason) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => hiddenNodes(reason, count, services));
};

const hiddenNodes = (reason, count, services) => ({
  key: `nodes/${reason}`,
  tone: 'wait',
  ...(reason === 'no_client'
    ? {
        text: `No TAK client is connected: nobody sees the ${plural(count, 'node')} in TAK.`,
        remedy: listenerHint(services),
        view: 'links',
      }
    : {
        text: `${plural(count, 'node is', 'nodes are')} heard, but not on the TAK map: ${reasonOf(reason).text}.`,
        remedy: reasonOf(reason).meaning,
        view: 'nodes',
        choice: { choice: 'not_visible', text: reasonOf(reason).text },
      }),
});

/** Where TAK clients are waited for. */
const listenerHint = (services) => {
  const addresses = [...services.values()]
    .filter(({ name, online }) => name === 'tak-egress' && online)
    .flatMap(({ links }) => links)
    .filter(({ transport, state }) => transport.includes('server') && state === 'open')
    .map(({ address }) => address);
  return addresses.length === 0 ? '' : `Let ATAK, iTAK or WinTAK connect to ${addresses.join(' or ')}.`;
};

const nothing = (hasLooked) => ({
  key: 'none',
  ...(hasLooked
    ? { tone: 'good', text: 'Everything is as it should be.' }
    : { tone: 'quiet', text: 'Looking around …' }),
});

/** @param open called with the finding that somebody chose */
export const renderAttention = ({ about }, found, open) => {
  setText(byId('attention-note'), found.length === 0 ? '' : String(found.length));
  const items = found.length === 0 ? [nothing(about.hasLooked)] : found;
  syncChildren(byId('attention'), items, {
    keyOf: ({ key }) => key,
    create: createLine,
    update: (line, finding) => {
      setClass(line, `tone-${finding.tone}`);
      const [text, remedy] = line.firstElementChild.children;
      setText(text, finding.text);
      setText(remedy, finding.remedy ?? '');
      if (finding.view !== undefined) setClick(line.firstElementChild, () => open(finding));
    },
  });
};

const createLine = ({ view }) =>
  html(
    'li',
    {},
    html(
      view === undefined ? 'p' : 'button',
      view === undefined ? {} : { type: 'button' },
      html('span', { class: 'foreign' }),
      html('small'),
    ),
  );
