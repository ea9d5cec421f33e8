/** The table of nodes: who was heard, when, by which radio, and why it is on the map of TAK or not. */
import { byId, setText } from './elements.js';
import { byHeard, holds } from './model.js';
import { createOverrides, overrideText } from './overrides.js';
import { reasonOf } from './reasons.js';
import { createPaging, syncRows } from './table.js';
import { ago, battery, blur, degrees, firstName, joined, nodeName, UNKNOWN } from './words.js';
import { createWhy, egressNames } from './why.js';

const ROWS = 100;
const SILENT_MS = 60 * 60_000;

const choices = {
  all: () => true,
  not_visible: ({ visibility, own }) => !own && visibility.state === 'not_visible',
  silent: ({ heardMs, own }, nowMs) => !own && nowMs - heardMs > SILENT_MS,
  no_position: ({ position }) => position === null,
};

const orders = {
  heard: byHeard,
  name: (a, b) => nodeName(a).localeCompare(nodeName(b)) || byHeard(a, b),
};

/** Those that the filter lets through, in the order that was chosen. */
export const chosenNodes = (nodes, { wanted, choice, order }, nowMs) =>
  [...nodes.values()]
    .filter((node) => choices[choice](node, nowMs) && holds(wanted, ...searched(node)))
    .sort(orders[order]);

const searched = ({ node, mesh, longName, shortName, agent, tak, visibility }) => [
  node,
  mesh,
  longName,
  shortName,
  agent,
  tak?.callsign,
  visibility.reason === null ? '' : reasonOf(visibility.reason).text,
];

export const createNodes = (render) => {
  const page = createPaging('nodes-more', ROWS, render);
  for (const id of ['nodes-filter', 'nodes-choice', 'nodes-order']) byId(id).addEventListener('input', render);
  const edit = createOverrides();
  const explain = createWhy();
  return (model, { nowMs, role }) => {
    const wish = {
      wanted: byId('nodes-filter').value,
      choice: byId('nodes-choice').value,
      order: byId('nodes-order').value,
    };
    const chosen = chosenNodes(model.nodes, wish, nowMs);
    setText(byId('nodes-note'), String(model.nodes.size));
    const isFiltered = wish.wanted !== '' || wish.choice !== 'all';
    setText(byId('nodes-filter-note'), isFiltered ? `${chosen.length} of ${model.nodes.size}` : '');
    byId('nodes-none').hidden = chosen.length > 0;
    setText(byId('nodes-none'), model.nodes.size === 0 ? 'No node has been heard yet.' : 'None matches the filter.');
    const onWhy = (node) => explain(node, egressNames(model));
    const onEdit = role === 'operate' ? edit : undefined;
    syncRows('node-rows', page(chosen), columns({ nowMs, overrides: model.overrides, onEdit, onWhy }));
  };
};

/** Shows what somebody came for. */
export const chooseNodes = ({ choice, text }) => {
  byId('nodes-choice').value = choice;
  byId('nodes-filter').value = text;
};

const columns = ({ nowMs, overrides, onEdit, onWhy }) => [
  { title: 'Node', cell: nodeCell },
  { title: 'Last heard', cell: (node) => heardCell(node, nowMs) },
  { title: 'In TAK', cell: (node) => whyCell(node, onWhy) },
  { title: 'Position', cell: (node) => positionCell(node, nowMs) },
  { title: 'Signal', cell: signalCell },
  { title: 'Speaks', cell: ({ dialects }) => ({ text: dialects.join(', ') || UNKNOWN }) },
  { title: 'Battery', cell: (node) => ({ text: battery(node.battery) }) },
  { title: 'TAK identity', cell: (node) => identityCell(node, overrides.get(node.node), onEdit) },
];

const identityCell = (node, override, onEdit) => {
  const { tak, own } = node;
  const said = overrideText(override);
  return {
    ...(said !== '' && { label: 'set here', tone: 'info', hint: `At ${override.console}, in the place of its own.` }),
    text: said || tak?.callsign || UNKNOWN,
    note: tak === null ? '' : joined(said === '' ? '' : tak.callsign, tak.team, tak.uid),
    ...(onEdit !== undefined &&
      !own && {
        action: {
          text: 'Edit',
          label: `Edit how ${firstName(nodeName(node), node.node)} appears in TAK`,
          call: () => onEdit(node, override),
        },
      }),
  };
};

const nodeCell = ({ node, mesh, role, own, ...names }) => ({
  text: nodeName(names) || 'no name yet',
  note: joined(node, mesh, role === 'client' ? '' : role.replaceAll('_', ' '), own ? 'this radio' : ''),
});

const heardCell = ({ heardMs, agent, agents, viaMqtt, own }, nowMs) => ({
  text: own ? 'attached' : ago(nowMs - heardMs),
  note: joined(`by ${agent}`, agents > 1 ? `and ${agents - 1} more` : '', viaMqtt ? 'over MQTT' : ''),
});

const whyCell = (node, onWhy) => ({
  ...visibilityCell(node),
  ...(!node.own && {
    action: { text: 'Why?', label: `Why? ${firstName(nodeName(node), node.node)} in TAK`, call: () => onWhy(node) },
  }),
});

const visibilityCell = ({ visibility, position, own }) => {
  const { state, reason, detail, destination } = visibility;
  if (state === 'unknown')
    return { text: UNKNOWN, note: own ? 'the radio itself' : 'nothing decided since this console watches' };
  if (state === 'visible') {
    return position === null
      ? { label: 'listed', tone: 'wait', note: joined('no position yet', destination) }
      : { label: 'visible', tone: 'good', note: destination };
  }
  const { tone, text, meaning } = reasonOf(reason);
  return { label: text, tone, hint: meaning, note: joined(detail || meaning, destination) };
};

const positionCell = ({ position }, nowMs) =>
  position === null
    ? { text: 'no position yet' }
    : {
        text: degrees(position),
        note: joined(
          position.altitudeM === null ? '' : `${position.altitudeM} m`,
          blur(position.precisionBits),
          ago(nowMs - position.atMs),
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
