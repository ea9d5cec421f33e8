/** Emergencies: at the top of every view until a person has acknowledged them. */
import { byId, html, setClick, setText, syncChildren } from './elements.js';
import { openAlarms, sorted } from './model.js';
import { post } from './post.js';
import { ago, degrees, firstName, joined } from './words.js';

const NAME_KEY = 'cotbus-name';

/** @param show called with an alarm that somebody wants to see on the map */
export const createAlarms = (show) => {
  const acknowledge = createDialog();
  let announced = '';
  return (model, { nowMs, role }) => {
    const open = openAlarms(model);
    byId('alarms').hidden = open.length === 0;
    syncChildren(byId('alarms'), open, {
      keyOf: ({ key }) => key,
      create: createAlarm,
      update: (element, alarm) => updateAlarm(element, { alarm, nowMs, role, show, acknowledge }),
    });
    renderPast(model, nowMs);
    const newest = open.map(({ key, firstMs }) => `${key} ${firstMs}`).join('\n');
    if (newest === announced) return open;
    announced = newest;
    setText(byId('alarm-announcer'), open.map(titleOf).join('. '));
    return open;
  };
};

const createAlarm = () =>
  html(
    'article',
    { class: 'alarm' },
    html('p', {}, html('strong', { class: 'foreign' }), html('span', { class: 'foreign' })),
    html(
      'p',
      { class: 'buttons' },
      html('button', { type: 'button' }, 'Show on the map'),
      html('button', { type: 'button', class: 'strong' }, 'Acknowledge'),
    ),
  );

const updateAlarm = (element, { alarm, nowMs, role, show, acknowledge }) => {
  const [text, buttons] = element.children;
  const [title, facts] = text.children;
  const [mapButton, acknowledgeButton] = buttons.children;
  setText(title, titleOf(alarm));
  setText(facts, factsOf(alarm, nowMs));
  mapButton.hidden = alarm.lat === null;
  setClick(mapButton, () => show(alarm));
  acknowledgeButton.hidden = role !== 'operate';
  setClick(acknowledgeButton, () => acknowledge(alarm));
};

const titleOf = ({ what, callsign, uid }) => `${what}: ${firstName(callsign, uid)}`;

const factsOf = ({ over, from, lat, lon, lastMs, times }, nowMs) =>
  joined(
    ago(nowMs - lastMs),
    times > 1 ? `${times} times` : '',
    from === 'mesh' ? `heard on ${over}` : `from TAK over ${over}`,
    lat === null ? 'no position' : degrees({ lat, lon }),
  );

const renderPast = ({ alarms }, nowMs) => {
  const past = sorted(alarms, (a, b) => b.lastMs - a.lastMs).filter(
    ({ acknowledged, cancelledMs }) => acknowledged !== null || cancelledMs !== null,
  );
  byId('past-alarms-section').hidden = past.length === 0;
  syncChildren(byId('past-alarms'), past, {
    keyOf: ({ key }) => key,
    create: () => html('li', {}, html('strong', { class: 'foreign' }), html('small', { class: 'foreign' })),
    update: (line, alarm) => {
      const { acknowledged, cancelledMs } = alarm;
      setText(line.firstElementChild, titleOf(alarm));
      setText(
        line.lastElementChild,
        joined(
          acknowledged === null ? '' : `acknowledged by ${acknowledged.by} ${ago(nowMs - acknowledged.atMs)}`,
          cancelledMs === null ? '' : `cancelled ${ago(nowMs - cancelledMs)}`,
          factsOf(alarm, nowMs),
        ),
      );
    },
  });
};

/** Asks for a name; remembers it in this browser. @returns a function that opens it for an alarm */
const createDialog = () => {
  const dialog = byId('acknowledge');
  const by = byId('acknowledge-by');
  let current;
  byId('acknowledge-cancel').addEventListener('click', () => dialog.close());
  byId('acknowledge-form').addEventListener('submit', (event) => {
    event.preventDefault();
    const name = by.value.trim();
    if (name === '') return by.focus();
    localStorage.setItem(NAME_KEY, name);
    void post('api/alarms/acknowledge', { key: current.key, by: name }).then(({ ok, text }) => {
      setText(byId('acknowledge-fault'), ok ? '' : text);
      if (ok) dialog.close();
    });
  });
  return (alarm) => {
    current = alarm;
    setText(byId('acknowledge-what'), titleOf(alarm));
    setText(byId('acknowledge-fault'), '');
    by.value = localStorage.getItem(NAME_KEY) ?? '';
    dialog.showModal();
    if (by.value === '') by.focus();
    else dialog.querySelector('[type=submit]').focus();
  };
};
