/** Asks radios for their TAK identity, and writes it. */
import { byId, html, setText, syncChildren } from './elements.js';
import { sorted } from './model.js';
import { post } from './post.js';
import { teamNames } from './symbols.js';

/** The roles of TAK. */
const roles = ['Team Member', 'Team Lead', 'HQ', 'Sniper', 'Medic', 'Forward Observer', 'RTO', 'K9'];

/** @returns a function that offers it for the radios there are, to those who may act */
export const createIdentity = () => {
  for (const [id, names] of [
    ['identity-team', teamNames],
    ['identity-role', roles],
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
  return ({ agents }, { role }) => {
    // An uplink has no radio of its own.
    const radios = sorted(agents, (a, b) => (a.key < b.key ? -1 : 1)).filter(
      ({ online, transport }) => online && transport !== 'mqtt',
    );
    byId('identity-section').hidden = role !== 'operate' || radios.length === 0;
    syncChildren(byId('identity-agent'), radios, {
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
