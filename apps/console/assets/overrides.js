/** What an operator says of a node: how it appears in TAK, in the place of what it says itself. */
import { byId, html, setText } from './elements.js';
import { post } from './post.js';
import { teamNames } from './symbols.js';
import { takRoles } from './identity.js';
import { firstName, joined, nodeName } from './words.js';

const fields = ['callsign', 'team', 'role', 'type'];

/** In a few words; empty when nothing is said. Pure. */
export const overrideText = (override) =>
  override === undefined ? '' : joined(...fields.map((name) => override[name]));

/** @returns a function that opens it for a node, with what is said of it now */
export const createOverrides = () => {
  const dialog = byId('override');
  for (const [id, names] of [
    ['override-team', teamNames],
    ['override-role', takRoles],
  ]) {
    byId(id).append(
      html('option', { value: '' }, 'as without it'),
      ...names.map((name) => html('option', { value: name }, name)),
    );
  }
  let node = '';
  const send = async (wish) => {
    const { ok, text } = await post('api/overrides', { node, ...wish });
    setText(byId('override-fault'), ok ? '' : text);
    if (ok) dialog.close();
  };
  byId('override-cancel').addEventListener('click', () => dialog.close());
  byId('override-clear').addEventListener('click', () => void send({}));
  byId('override-form').addEventListener('submit', (event) => {
    event.preventDefault();
    void send(Object.fromEntries(fields.map((name) => [name, byId(`override-${name}`).value.trim()])));
  });
  return (of, override) => {
    node = of.node;
    setText(byId('override-node'), firstName(nodeName(of), of.node));
    setText(byId('override-fault'), '');
    for (const name of fields) choose(byId(`override-${name}`), override?.[name] ?? '');
    byId('override-clear').hidden = override === undefined;
    dialog.showModal();
    byId('override-callsign').focus();
  };
};

/** What stands there may be a word that the list does not have. */
const choose = (field, value) => {
  if (field.tagName === 'SELECT' && !Array.from(field.options).some((option) => option.value === value)) {
    field.append(html('option', { value }, value));
  }
  field.value = value;
};
