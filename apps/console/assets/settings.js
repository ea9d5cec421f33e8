/** What each service was told, and where that came from. Secrets never leave the service. */
import { byId, html, setText, syncChildren } from './elements.js';
import { get } from './get.js';
import { holds, sorted } from './model.js';
import { createPaging, syncRows } from './table.js';
import { plural } from './words.js';

const ROWS = 200;

/** Those that the filter lets through. Pure. */
export const chosenSettings = (settings, { wanted, choice }) =>
  settings.filter(
    ({ path, value, source }) => (choice === 'all' || source !== 'default') && holds(wanted, path, value, source),
  );

/** Where it came from, as a person says it. Pure. */
export const sourceCell = (source) => {
  if (source === 'default') return { label: 'default', tone: 'quiet' };
  if (source.startsWith('environment:'))
    return { label: 'environment', tone: 'info', note: source.slice('environment:'.length) };
  if (source.startsWith('--')) return { label: 'flag', tone: 'info', note: source };
  if (/:\d+:\d+$/.test(source)) return { label: 'file', tone: 'info', note: source };
  return { label: source, tone: 'wait' };
};

const columns = [
  { title: 'Setting', cell: ({ path }) => ({ text: path }) },
  {
    title: 'Value',
    cell: ({ value, secret }) =>
      secret ? { label: 'secret', tone: 'quiet', note: 'set, and not shown' } : { text: value },
  },
  { title: 'Source', cell: ({ source }) => sourceCell(source) },
];

/** @param render called when there is something new to show @returns a function that shows it */
export const createSettings = (render) => {
  const page = createPaging('settings-more', ROWS, render);
  let shown = '';
  let settings = [];
  let fault = '';
  const ask = async (key) => {
    shown = key;
    settings = [];
    fault = 'Asking …';
    const [name, instance] = key.split('/');
    const answer = await get('api/settings', { name, instance });
    if (shown !== key) return;
    settings = answer.value ?? [];
    fault = answer.ok ? '' : answer.text;
    render();
  };
  for (const id of ['settings-filter', 'settings-choice', 'settings-service'])
    byId(id).addEventListener('input', render);
  byId('settings-again').addEventListener('click', () => void ask(byId('settings-service').value));

  return ({ services }) => {
    const online = sorted(services, (a, b) => (a.key < b.key ? -1 : 1)).filter((service) => service.online);
    syncChildren(byId('settings-service'), online, {
      keyOf: ({ name, instance }) => `${name}/${instance}`,
      create: ({ name, instance }) => html('option', { value: `${name}/${instance}` }),
      update: (option, { name, instance }) => setText(option, name === instance ? name : `${name} ${instance}`),
    });
    const key = byId('settings-service').value;
    if (key !== '' && key !== shown) void ask(key);
    const wish = { wanted: byId('settings-filter').value, choice: byId('settings-choice').value };
    const chosen = chosenSettings(settings, wish);
    setText(byId('settings-note'), fault === '' ? `${chosen.length} of ${plural(settings.length, 'setting')}` : '');
    setText(byId('settings-none'), fault || 'None matches the filter.');
    byId('settings-none').hidden = chosen.length > 0;
    byId('settings-table').hidden = chosen.length === 0;
    syncRows('setting-rows', page(chosen), columns);
  };
};
