/** Cards of radios and TAK links, and the chips of services. */
import { byId, html, setClass, setText, syncChildren } from './elements.js';
import { sorted } from './model.js';
import { ago, age, joined, percent } from './words.js';

const linkTones = { open: 'good', opening: 'wait', waiting: 'wait', closed: 'quiet', unknown: 'quiet' };

/** Above it the firmware itself begins to hold packets back. */
export const BUSY_PERCENT = 25;
/** A difference of clocks that is worth a word. */
const CLOCK_OFF_MS = 60_000;

export const renderCards = ({ agents, services }, nowMs) => {
  const all = sorted(services, byKey);
  syncCards(
    'radios',
    sorted(agents, byKey).map((agent) => agentCard(agent, nowMs)),
  );
  syncCards('tak-links', all.filter(({ name }) => name === 'tak-egress').flatMap(linkCards));
  syncChildren(byId('services'), all, {
    keyOf: ({ key }) => key,
    create: () => html('li', {}, html('span', { class: 'label' }), html('span', { class: 'foreign' })),
    update: (element, service) => updateChip(element, service, nowMs),
  });
};

/** Where TAK clients are waited for. */
export const renderListeners = ({ services }) => {
  const egresses = sorted(services, byKey).filter(({ name }) => name === 'tak-egress');
  const listeners = egresses.map((service) => ({
    ...service,
    links: service.links.filter(({ transport }) => transport.includes('server')),
  }));
  syncCards('listeners', listeners.flatMap(linkCards));
};

const byKey = (a, b) => (a.key < b.key ? -1 : 1);

const syncCards = (id, cards) => {
  byId(`${id}-none`).hidden = cards.length > 0;
  syncChildren(byId(id), cards, { keyOf: ({ key }) => key, create: createCard, update: updateCard });
};

const createCard = () =>
  html(
    'article',
    { class: 'card' },
    html('h4', {}, html('span', { class: 'foreign' }), html('span', { class: 'label' })),
    html('dl'),
  );

const updateCard = (element, { title, label, tone, rows }) => {
  const [name, state] = element.firstElementChild.children;
  setText(name, title);
  setText(state, label);
  setClass(state, `label tone-${tone}`);
  syncChildren(
    element.lastElementChild,
    rows.filter(({ value }) => value !== ''),
    {
      keyOf: (row) => row.name,
      create: (row) => html('div', {}, html('dt', {}, row.name), html('dd', { class: 'foreign' })),
      update: (line, row) => {
        setText(line.lastElementChild, row.value);
        setClass(line.lastElementChild, row.tone === undefined ? 'foreign' : `foreign text-${row.tone}`);
      },
    },
  );
};

const agentCard = (agent, nowMs) => ({
  key: agent.key,
  title: agent.agent,
  label: agent.online ? linkWord(agent.link) : 'offline',
  tone: agent.online ? linkTones[agent.link] : 'bad',
  rows: [
    { name: 'Mesh', value: joined(agent.mesh, agent.region, agent.modemPreset) },
    { name: 'Radio', value: joined(agent.nodeName, agent.node) },
    { name: 'Firmware', value: agent.firmwareVersion },
    { name: 'Link', value: agent.linkDetail, tone: agent.link === 'open' ? undefined : 'wait' },
    ...agent.channels.map(channelRow),
    { name: 'Reads TAK in', value: dialects(agent) },
    sendingRow(agent),
    airRow(agent),
    { name: 'Nodes', value: String(agent.nodesKnown) },
    { name: 'Airtime', value: airtime(agent) },
    ...livenessRows(agent, nowMs),
  ],
});

const takWord = ({ transport, state }) =>
  transport.includes('server') && state === 'open' ? 'listening' : linkWord(state);

const linkWord = (link) => (link === 'open' ? 'connected' : link);

const dialects = ({ firmwareVersion, supportsTakV2, takV1Usable }) => {
  if (firmwareVersion === '') return '';
  return [supportsTakV2 ? 'V2' : '', takV1Usable ? 'V1' : '', 'forwarder'].filter(Boolean).join(', ');
};

const keyWords = {
  none: { text: 'no key: everybody can read it', tone: 'bad' },
  default: { text: 'default key: everybody can read it', tone: 'bad' },
  private: { text: 'private key', tone: undefined },
  unknown: { text: 'key not known', tone: undefined },
};

const channelName = ({ name, primary }) => name || (primary ? 'primary' : 'unnamed');

const channelRow = (channel) => ({
  name: channel.primary ? 'Channel' : `Channel ${channel.index}`,
  value: joined(channelName(channel), keyWords[channel.key].text),
  tone: keyWords[channel.key].tone,
});

const sendingRow = ({ txClosed, txWaiting, sends }) =>
  txClosed === ''
    ? {
        name: 'Sends',
        value: joined(sends === '' ? 'open' : `as ${sends}`, txWaiting === 0 ? '' : `${txWaiting} waiting`),
      }
    : { name: 'Sends', value: `nothing: ${txClosed}`, tone: 'wait' };

const airRow = ({ channelUtilization, airUtilTx }) => ({
  name: 'Channel use',
  value:
    channelUtilization === null
      ? ''
      : joined(percent(channelUtilization), airUtilTx === null ? '' : `own ${percent(airUtilTx)}`),
  tone: channelUtilization >= BUSY_PERCENT ? 'wait' : undefined,
});

const airtime = ({ air: { spentMs, limitMs } }) =>
  limitMs === null ? '' : `${percent((spentMs / limitMs) * 100)} of its hour`;

/** What is worth saying only when something is off. */
const livenessRows = ({ online, heartbeatMs, clockBehindMs }, nowMs) => [
  { name: 'Heartbeat', value: online || heartbeatMs === null ? '' : ago(nowMs - heartbeatMs), tone: 'bad' },
  { name: 'Clock', value: clockWords(clockBehindMs), tone: 'wait' },
];

/** Empty while it is right. */
const clockWords = (behindMs) =>
  Math.abs(behindMs) < CLOCK_OFF_MS ? '' : `${age(Math.abs(behindMs))} ${behindMs > 0 ? 'behind' : 'ahead'}`;

const linkCards = ({ instance, online, links }) =>
  links.map((link) => ({
    key: `${instance}/${link.name}`,
    title: link.name,
    label: online ? takWord(link) : 'offline',
    tone: online ? linkTones[link.state] : 'bad',
    rows: [
      { name: 'Address', value: link.address },
      { name: 'Transport', value: link.transport },
      { name: 'Clients', value: link.transport.includes('server') || link.clients > 0 ? String(link.clients) : '' },
      { name: 'Waiting', value: link.waiting > 0 ? String(link.waiting) : '', tone: 'wait' },
      { name: 'Last error', value: link.lastError, tone: link.state === 'open' ? undefined : 'bad' },
      { name: 'Egress', value: instance },
    ],
  }));

const updateChip = (element, service, nowMs) => {
  const [state, text] = element.children;
  const { label, tone } = serviceState(service);
  setText(state, label);
  setClass(state, `label tone-${tone}`);
  const up = service.online ? `up ${age(nowMs - service.startedMs)}` : '';
  setText(text, joined(serviceName(service), service.version, up, service.faults.join('; ')));
};

const serviceName = ({ name, instance }) => (instance === name ? name : `${name} ${instance}`);

const serviceState = ({ online, ready }) => {
  if (!online) return { label: 'offline', tone: 'bad' };
  return ready ? { label: 'ready', tone: 'good' } : { label: 'not ready', tone: 'wait' };
};
