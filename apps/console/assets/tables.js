/** The tables of nodes, units and outcomes. A cell is { text, note, label, tone, hint }; only what differs is written. */
import { byId, html, setClass, setText, syncChildren } from './elements.js';
import { reasonOf } from './reasons.js';
import { age, ago, battery, blur, degrees, joined, UNKNOWN } from './words.js';

/** Fills a table body. `columns` are { title, cell(item) }; the title labels the cell where the table is a stack. */
const syncRows = (id, items, keyOf, columns) =>
  syncChildren(byId(id), items, {
    keyOf,
    create: () => html('tr', { role: 'row' }, ...columns.map(createCell)),
    update: (row, item) => {
      for (const [index, { cell }] of columns.entries()) updateCell(row.children[index], cell(item));
    },
  });

const createCell = ({ title }, index) =>
  html(
    index === 0 ? 'th' : 'td',
    index === 0 ? { role: 'rowheader', scope: 'row' } : { role: 'cell', 'data-title': title },
    html('span', { class: 'label', hidden: '' }),
    html('span', { class: 'foreign' }),
    html('small', { class: 'foreign' }),
  );

const updateCell = (element, { text = '', note = '', label = '', tone = 'quiet', hint = '' }) => {
  const [labelElement, textElement, noteElement] = element.children;
  setText(labelElement, label);
  setClass(labelElement, `label tone-${tone}`);
  labelElement.hidden = label === '';
  if (labelElement.title !== hint) labelElement.title = hint;
  setText(textElement, text);
  setText(noteElement, note);
  // A stack of cells on a phone leaves out what is not known.
  element.classList.toggle('empty', label === '' && note === '' && (text === '' || text === UNKNOWN));
};

export const renderNodes = ({ nodes, nodesKnown }, elapsedMs) => {
  byId('nodes-none').hidden = nodes.length > 0;
  setText(
    byId('nodes-note'),
    nodesKnown > nodes.length ? `the last ${nodes.length} of ${nodesKnown}` : String(nodesKnown),
  );
  syncRows('node-rows', nodes, ({ mesh, node }) => `${mesh}/${node}`, [
    { title: 'Node', cell: nodeCell },
    { title: 'Last heard', cell: (node) => heardCell(node, elapsedMs) },
    { title: 'In TAK', cell: visibilityCell },
    { title: 'Position', cell: (node) => positionCell(node, elapsedMs) },
    { title: 'Signal', cell: signalCell },
    { title: 'Battery', cell: (node) => ({ text: battery(node.battery) }) },
    {
      title: 'TAK identity',
      cell: ({ tak }) => (tak === null ? { text: UNKNOWN } : { text: tak.callsign, note: joined(tak.team, tak.uid) }),
    },
  ]);
};

const nameOf = ({ longName, shortName }) => joined(shortName, longName);

const nodeCell = ({ node, mesh, role, own, ...names }) => ({
  text: nameOf(names) || 'no name yet',
  note: joined(node, mesh, role === 'client' ? '' : role.replaceAll('_', ' '), own ? 'this radio' : ''),
});

const heardCell = ({ heardAgeMs, agent, agents, viaMqtt, own }, elapsedMs) => ({
  text: own ? 'attached' : ago(heardAgeMs + elapsedMs),
  note: joined(`by ${agent}`, agents > 1 ? `and ${agents - 1} more` : '', viaMqtt ? 'over MQTT' : ''),
});

const visibilityCell = ({ visibility, position, own }) => {
  const { state, reason, detail, destination } = visibility;
  if (state === 'unknown')
    return { text: UNKNOWN, note: own ? 'the radio itself' : 'nothing decided since this page watches' };
  if (state === 'visible') {
    return position === null
      ? { label: 'listed', tone: 'wait', note: joined('no position yet', destination) }
      : { label: 'visible', tone: 'good', note: destination };
  }
  const { tone, text, meaning } = reasonOf(reason);
  return { label: text, tone, hint: meaning, note: joined(detail || meaning, destination) };
};

const positionCell = ({ position }, elapsedMs) =>
  position === null
    ? { text: 'no position yet' }
    : {
        text: degrees(position),
        note: joined(
          position.altitudeM === null ? '' : `${position.altitudeM} m`,
          blur(position.precisionBits),
          ago(position.ageMs + elapsedMs),
        ),
      };

const signalCell = ({ snrDb, rssiDbm, hops, own }) =>
  own
    ? { text: UNKNOWN }
    : {
        text: snrDb === null ? UNKNOWN : `${snrDb.toFixed(1)} dB`,
        note: joined(rssiDbm === null ? '' : `${rssiDbm} dBm`, hopsText(hops)),
      };

const hopsText = (hops) => {
  if (hops === null) return '';
  return hops === 0 ? 'direct' : `${hops} ${hops === 1 ? 'hop' : 'hops'}`;
};

export const renderUnits = ({ units }, elapsedMs) =>
  syncRows('units', units, ({ uid }) => uid, [
    { title: 'Callsign', cell: ({ callsign, uid }) => ({ text: callsign || uid, note: callsign === '' ? '' : uid }) },
    { title: 'Kind', cell: ({ kind, type }) => ({ text: kind, note: type }) },
    { title: 'Team', cell: ({ team }) => ({ text: team || UNKNOWN }) },
    { title: 'Position', cell: (unit) => ({ text: unit.lat === null ? 'no position yet' : degrees(unit) }) },
    {
      title: 'Heard',
      cell: ({ heardAgeMs, staleInMs }) => ({
        text: ago(heardAgeMs + elapsedMs),
        label: staleInMs < elapsedMs ? 'stale' : '',
        tone: 'quiet',
      }),
    },
  ]);

/** A refused packet names nobody, but the node that sent it is often known: adds `nodeName`. */
export const withNodeNames = ({ outcomes, nodes }) => {
  const names = new Map(nodes.map((node) => [`${node.mesh}/${node.node}`, nameOf(node)]));
  return outcomes.map((outcome) => ({ ...outcome, nodeName: names.get(`${outcome.mesh}/${outcome.node}`) ?? '' }));
};

export const renderOutcomes = (outcomes, elapsedMs) => {
  syncRows('outcome-rows', outcomes, ({ id }) => id, [
    {
      title: 'When',
      cell: ({ ageMs }) => ({ text: ageMs + elapsedMs < 1000 ? 'now' : age(ageMs + elapsedMs) }),
    },
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
      cell: ({ kind, port, mesh }) => ({
        text: kind === 'refused' || kind === '' ? 'packet' : kind,
        note: joined(mesh, port === 0 ? '' : `port ${port}`),
      }),
    },
    { title: 'Where to', cell: ({ destination }) => ({ text: destination || UNKNOWN }) },
    {
      title: 'Detail',
      cell: ({ detail, owner, destination }) => ({
        text: detail,
        note: owner === destination ? '' : `recorded by ${owner}`,
      }),
    },
  ]);
};

const whoCell = ({ callsign, uid, node, nodeName }) => {
  const [text = UNKNOWN, ...notes] = [callsign || nodeName, uid, node].filter(Boolean);
  const isNamedByUid = uid.toLowerCase().includes(node.slice(1));
  return { text, note: joined(...notes.filter((note) => note !== node || !isNamedByUid)) };
};
