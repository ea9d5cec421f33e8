/** Team and role that radios themselves have: how far we are in finding out, asking for it, and writing it. */
import { byId, html, setText, syncChildren } from './elements.js';
import { sorted } from './model.js';
import { post } from './post.js';
import { teamNames } from './symbols.js';
import { syncRows } from './table.js';
import { nodeName, UNKNOWN } from './words.js';

/** The roles of TAK. */
export const takRoles = ['Team Member', 'Team Lead', 'HQ', 'Sniper', 'Medic', 'Forward Observer', 'RTO', 'K9'];

const states = {
  not_asked: { label: 'not asked', tone: 'quiet' },
  asking: { label: 'asking …', tone: 'wait' },
  answered: { label: 'answered', tone: 'good' },
  no_answer: { label: 'no answer', tone: 'wait' },
  not_stored: { label: 'not stored by this firmware', tone: 'wait' },
  refused: { label: 'refused', tone: 'bad' },
  writing: { label: 'writing; the radio restarts …', tone: 'wait' },
};

/** An uplink has no radio of its own. */
const radiosOf = ({ agents }) =>
  sorted(agents, (a, b) => (a.key < b.key ? -1 : 1)).filter(({ transport }) => transport !== 'mqtt');

/** One for each radio, also one that nobody has asked, and for each node that was. Pure. */
export const identityRows = (model) =>
  radiosOf(model).flatMap(({ key, agent, mesh, node, identities }) => {
    const hasOwn = identities.some((identity) => identity.node === node);
    const own = { node, state: 'not_asked', team: '', role: '', detail: '' };
    return (hasOwn ? identities : [own, ...identities]).map((identity) => ({
      ...identity,
      key: `${key}/${identity.node}`,
      radio: agent,
      name: identity.node === node ? 'the radio itself' : nameOf(model, mesh, identity.node),
    }));
  });

const nameOf = ({ nodes }, mesh, node) => {
  const known = nodes.get(`${mesh}/${node}`);
  return known === undefined ? '' : nodeName(known);
};

const columns = [
  { title: 'Radio', cell: ({ radio }) => ({ text: radio }) },
  { title: 'Node', cell: ({ node, name }) => ({ text: node || UNKNOWN, note: name }) },
  { title: 'State', cell: ({ state, detail }) => ({ ...states[state], note: detail }) },
  { title: 'Team', cell: ({ team, state }) => ({ text: team || (state === 'answered' ? 'none' : UNKNOWN) }) },
  { title: 'Role', cell: ({ role, state }) => ({ text: role || (state === 'answered' ? 'none' : UNKNOWN) }) },
];

/** @returns a function that shows them, and offers to act to those who may */
export const createIdentity = () => {
  for (const [id, names] of [
    ['identity-team', teamNames],
    ['identity-role', takRoles],
  ]) {
    byId(id).append(
      html('option', { value: '' }, 'as it is'),
      ...names.map((name) => html('option', { value: name }, name)),
    );
  }
  byId('identity-form').addEventListener('submit', (event) => {
    event.preventDefault();
    void send(event.submitter?.value === 'set');
  });
  return (model, { role }) => {
    const rows = identityRows(model);
    byId('identity-section').hidden = rows.length === 0;
    syncRows('identity-rows', rows, columns);
    const online = radiosOf(model).filter((agent) => agent.online);
    byId('identity-form').hidden = role !== 'operate' || online.length === 0;
    syncChildren(byId('identity-agent'), online, {
      keyOf: ({ agent }) => agent,
      create: ({ agent }) => html('option', { value: agent }),
      update: (option, { agent }) => setText(option, agent),
    });
  };
};

const send = async (isWrite) => {
  const chosen = (id) => byId(id).value.trim();
  const node = chosen('identity-node');
  const wanted = { team: chosen('identity-team'), role: chosen('identity-role') };
  if (isWrite && wanted.team === '' && wanted.role === '') return say('Choose a team or a role to write.');
  say('Asking …');
  const { ok, text } = await post('api/identity', {
    agent: chosen('identity-agent'),
    ...(node !== '' && { node }),
    ...(isWrite && wanted),
  });
  say(ok ? JSON.parse(text).text : text);
};

const say = (text) => setText(byId('identity-answer'), text);
