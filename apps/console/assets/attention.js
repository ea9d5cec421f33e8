/** What somebody should look at, worst first, each with its remedy where there is one. */
import { BUSY_PERCENT, channelName, clockWords, keyWords, serviceName } from './cards.js';
import { byId, html, setClass, setClick, setText, syncChildren } from './elements.js';
import { reasonOf } from './reasons.js';
import { age, joined, percent, plural } from './words.js';

const weight = { bad: 0, wait: 1, quiet: 2 };

/** `{ key, tone, text, remedy, view, choice }`: the view that shows more of it. Pure. */
export const findings = (model, nowMs) =>
  [
    ...aboutConsole(model),
    ...[...model.agents.values()].flatMap((agent) => aboutRadio(agent, nowMs)),
    ...[...model.services.values()].flatMap((service) => aboutService(service, nowMs)),
    ...aboutOutcomes(model),
    ...aboutNodes(model),
  ].sort((a, b) => weight[a.tone] - weight[b.tone]);

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

const aboutRadio = (agent, nowMs) => {
  const name = `Radio ${agent.agent}`;
  if (!agent.online || agent.link !== 'open') return [unreachable(agent, name, nowMs)];
  return [
    ...agent.channels.filter(({ key }) => keyWords[key].tone === 'bad').map((channel) => openChannel(agent, channel)),
    ...closedAir(agent, name),
    ...(agent.channelUtilization >= BUSY_PERCENT
      ? [
          {
            key: `${agent.key}/busy`,
            tone: 'wait',
            text: `${name}: the channel is in use ${percent(agent.channelUtilization)} of the time.`,
            remedy: 'Send less to the air, or choose a faster modem preset.',
            view: 'links',
          },
        ]
      : []),
    ...wrongClock(agent, name),
  ];
};

const unreachable = ({ key, online, link, linkDetail, heartbeatMs }, name, nowMs) => {
  const silence = heartbeatMs === null ? '' : ` for ${age(nowMs - heartbeatMs)}`;
  return {
    key: `${key}/link`,
    tone: 'bad',
    text: online ? `${name} is ${joined(link, linkDetail)}.` : `${name} has been offline${silence}.`,
    remedy: online ? 'Is it plugged in and switched on, and no phone connected to it?' : 'Is its agent running?',
    view: 'links',
  };
};

const openChannel = (agent, channel) => ({
  key: `${agent.key}/channel${channel.index}`,
  tone: 'bad',
  text: `Radio ${agent.agent}, channel ${channelName(channel)}: ${keyWords[channel.key].text}.`,
  remedy: 'Give the channel a key of your own on the radio.',
  view: 'links',
});

/** That a channel is open to strangers is said already. */
const closedAir = ({ key, txClosed, channels }, name) =>
  txClosed === '' || channels.some((channel) => keyWords[channel.key].tone === 'bad')
    ? []
    : [{ key: `${key}/closed`, tone: 'wait', text: `${name} sends nothing: ${txClosed}.`, remedy: '', view: 'links' }];

const wrongClock = ({ key, clockBehindMs }, name) => {
  const words = clockWords(clockBehindMs);
  return words === ''
    ? []
    : [{ key: `${key}/clock`, tone: 'wait', text: `${name}: its clock is ${words}.`, remedy: '', view: 'links' }];
};

const aboutService = (service, nowMs) => {
  const name = serviceName(service);
  if (!service.online) {
    const silence = service.heartbeatMs === null ? '' : ` for ${age(nowMs - service.heartbeatMs)}`;
    const text = `Service ${name} has been offline${silence}.`;
    return [{ key: service.key, tone: 'bad', text, remedy: '', view: 'links' }];
  }
  return [
    ...service.faults.map((fault, index) => ({
      key: `${service.key}/${index}`,
      tone: 'bad',
      text: `${name}: ${fault}.`,
      remedy: '',
      view: 'links',
    })),
    ...service.links
      .filter(({ state, lastError }) => state !== 'open' && lastError !== '')
      .map((link) => ({
        key: `${service.key}/link/${link.name}`,
        tone: 'bad',
        text: `TAK link ${link.name} is ${link.state}: ${link.lastError}.`,
        remedy: link.waiting > 0 ? `${link.waiting} wait for it.` : '',
        view: 'links',
      })),
    ...wrongClock(service, name),
  ];
};

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

/** @param open called with the finding that somebody chose */
export const renderAttention = (found, open) => {
  setText(byId('attention-note'), found.length === 0 ? '' : String(found.length));
  const items = found.length === 0 ? [{ key: 'none', tone: 'good', text: 'Everything is as it should be.' }] : found;
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
