/** Cards of radios and TAK links, and the chips of services. */
import { byId, html, setClass, setText, syncChildren } from './elements.js';
import { ago, age, joined, percent, plural } from './words.js';

const linkTones = { open: 'good', opening: 'wait', waiting: 'wait', closed: 'quiet', unknown: 'quiet' };

/** Above it the firmware itself begins to hold packets back. */
const BUSY_PERCENT = 25;
/** A difference of clocks that is worth a word. */
const CLOCK_OFF_MS = 60_000;

export const renderCards = ({ agents, services }, elapsedMs) => {
  const egresses = services.filter(({ name }) => name === 'tak-egress');
  const links = egresses.flatMap((service) => linkCards(service));
  syncCards(
    'radios',
    agents.map((agent) => agentCard(agent, elapsedMs)),
  );
  syncCards('links', links);
  syncChildren(byId('services'), services, {
    keyOf: ({ name, instance }) => `${name}/${instance}`,
    create: () => html('li', {}, html('span', { class: 'label' }), html('span', { class: 'foreign' })),
    update: (element, service) => updateChip(element, service, elapsedMs),
  });
};

const syncCards = (id, cards) => {
  byId(`${id}-none`).hidden = cards.length > 0;
  syncChildren(byId(id), cards, { keyOf: ({ key }) => key, create: createCard, update: updateCard });
};

const createCard = () =>
  html(
    'article',
    { class: 'card' },
    html('h3', {}, html('span', { class: 'foreign' }), html('span', { class: 'label' })),
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
        setClass(line.lastElementChild, `foreign ${row.tone === undefined ? '' : `text-${row.tone}`}`);
      },
    },
  );
};

const agentCard = (agent, elapsedMs) => ({
  key: agent.agent,
  title: agent.agent,
  label: agent.online ? linkWord(agent.link) : 'offline',
  tone: agent.online ? linkTones[agent.link] : 'bad',
  rows: [
    { name: 'Mesh', value: joined(agent.mesh, agent.region, agent.modemPreset) },
    {
      name: 'Radio',
      value: joined(agent.nodeName, agent.node, agent.firmwareVersion && `firmware ${agent.firmwareVersion}`),
    },
    { name: 'Link', value: agent.linkDetail, tone: agent.link === 'open' ? undefined : 'wait' },
    { name: 'TAK packets', value: dialects(agent) },
    ...agent.channels.map(channelRow),
    sendingRow(agent),
    {
      name: 'Channel use',
      value:
        agent.channelUtilization === null
          ? ''
          : joined(
              percent(agent.channelUtilization),
              agent.airUtilTx === null ? '' : `own ${percent(agent.airUtilTx)}`,
            ),
      tone: agent.channelUtilization >= BUSY_PERCENT ? 'wait' : undefined,
    },
    { name: 'Nodes', value: String(agent.nodesKnown) },
    ...livenessRows(agent, elapsedMs),
  ],
});

const linkWord = (link) => (link === 'open' ? 'connected' : link);

const dialects = ({ firmwareVersion, supportsTakV2, takV1Usable }) => {
  if (firmwareVersion === '') return '';
  return [supportsTakV2 ? 'V2' : '', takV1Usable ? 'V1' : ''].filter(Boolean).join(', ') || 'none usable';
};

const keyWords = {
  none: { text: 'no key: everybody can read it', tone: 'bad' },
  default: { text: 'default key: everybody can read it', tone: 'bad' },
  private: { text: 'private key', tone: undefined },
  unknown: { text: 'key not known', tone: undefined },
};

const channelRow = ({ index, name, key, primary }) => ({
  name: primary ? 'Channel' : `Channel ${index}`,
  value: joined(name || (primary ? 'primary' : 'unnamed'), keyWords[key].text),
  tone: keyWords[key].tone,
});

const sendingRow = ({ txClosed, txWaiting }) =>
  txClosed === ''
    ? { name: 'Sending', value: txWaiting === 0 ? 'open' : `open · ${txWaiting} waiting` }
    : { name: 'Sending', value: `closed: ${txClosed}`, tone: 'wait' };

/** What is worth saying only when something is off. */
const livenessRows = ({ online, heartbeatAgeMs, clockBehindMs }, elapsedMs) => [
  {
    name: 'Heartbeat',
    value: online || heartbeatAgeMs === null ? '' : ago(heartbeatAgeMs + elapsedMs),
    tone: 'bad',
  },
  {
    name: 'Clock',
    value:
      Math.abs(clockBehindMs) < CLOCK_OFF_MS
        ? ''
        : `${age(Math.abs(clockBehindMs))} ${clockBehindMs > 0 ? 'behind' : 'ahead'}`,
    tone: 'wait',
  },
];

const linkCards = ({ instance, online, links }) =>
  links.map((link) => ({
    key: `${instance}/${link.name}`,
    title: link.name,
    label: online ? linkWord(link.state) : 'offline',
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

const updateChip = (element, service, elapsedMs) => {
  const [state, text] = element.children;
  const { label, tone } = serviceState(service);
  setText(state, label);
  setClass(state, `label tone-${tone}`);
  const up = service.online ? `up ${age(service.upMs + elapsedMs)}` : '';
  const faults = service.faults.length > 0 ? service.faults.join('; ') : '';
  setText(
    text,
    joined(
      `${service.name} ${service.instance === service.name ? '' : service.instance}`.trim(),
      service.version,
      up,
      faults,
    ),
  );
};

const serviceState = ({ online, ready }) => {
  if (!online) return { label: 'offline', tone: 'bad' };
  return ready ? { label: 'ready', tone: 'good' } : { label: 'not ready', tone: 'wait' };
};

/** One line for the header. */
export const summary = ({ agents, services, nodesKnown }) => {
  const open = agents.filter(({ online, link }) => online && link === 'open').length;
  const clients = services
    .filter(({ name, online }) => name === 'tak-egress' && online)
    .flatMap(({ links }) => links)
    .reduce((sum, link) => sum + link.clients, 0);
  return joined(
    `${open} of ${plural(agents.length, 'radio')} connected`,
    plural(nodesKnown, 'node'),
    plural(clients, 'TAK client'),
  );
};
