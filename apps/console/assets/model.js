/** What the page knows: the collections of the console, kept up to date by its messages. Pure. */

const collections = [
  'agents',
  'services',
  'clients',
  'overrides',
  'findings',
  'nodes',
  'units',
  'alarms',
  'chats',
  'outcomes',
  'routes',
];

export const createModel = () => ({
  about: undefined,
  ...Object.fromEntries(collections.map((name) => [name, new Map()])),
});

/**
 * Takes a message of the console, `{ about, whole, changes }`.
 * @returns {Set<string>} the names of the collections that are different now
 */
export const applyChanges = (model, { about, whole, changes }) => {
  model.about = about;
  const changed = new Set();
  for (const name of collections) {
    const records = model[name];
    const { put, gone } = changes[name] ?? { put: [], gone: [] };
    if (whole) {
      records.clear();
      changed.add(name);
    }
    for (const key of gone) if (records.delete(key)) changed.add(name);
    for (const record of put) {
      // Deleted first: the order of the map is the order of changes.
      records.delete(record.key);
      records.set(record.key, record);
      changed.add(name);
    }
  }
  return changed;
};

/** A copy of the records, those first for which `compare` says so. */
export const sorted = (records, compare) => [...records.values()].sort(compare);

export const byHeard = (a, b) => b.heardMs - a.heardMs;
export const byOrder = (a, b) => b.order - a.order;

/** Whether any of the texts holds what is looked for; looking for nothing finds everything. */
export const holds = (wanted, ...texts) => {
  const text = wanted.trim().toLowerCase();
  return (
    text === '' ||
    texts.some((candidate) =>
      String(candidate ?? '')
        .toLowerCase()
        .includes(text),
    )
  );
};

/** Alarms that nobody has acknowledged and nobody has cancelled, newest first. */
export const openAlarms = ({ alarms }) =>
  sorted(alarms, (a, b) => b.lastMs - a.lastMs).filter(
    ({ acknowledged, cancelledMs }) => acknowledged === null && cancelledMs === null,
  );
