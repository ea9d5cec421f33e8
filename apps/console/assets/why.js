/** Why a node is on the map of TAK or not: what this console saw, and what each egress answers when it is asked. */
import { byId, html, setClass, setText, syncChildren } from './elements.js';
import { get } from './get.js';
import { reasonOf } from './reasons.js';
import { firstName, joined, nodeName } from './words.js';

const stateLabels = {
  shown: { label: 'shown', tone: 'good' },
  not_shown: { label: 'not shown', tone: 'wait' },
  unknown: { label: 'not known', tone: 'quiet' },
};

/** Lines of an answer, one for each place. Pure. */
export const answerLines = (egress, subjects) => {
  const lines = subjects.flatMap(({ uid, callsign, places }) =>
    places.map(({ name, state, cause, remedy, waitingBefore }) => ({
      key: `${egress}/${uid}/${name}`,
      ...stateLabels[state],
      title: joined(name, callsign || uid),
      cause: joined(cause, waitingBefore === null ? '' : `${waitingBefore} wait before it`),
      remedy,
    })),
  );
  return lines.length > 0
    ? lines
    : [{ key: egress, ...stateLabels.unknown, title: egress, cause: 'It knows nothing of this node.', remedy: '' }];
};

const faultLine = (egress, text) => ({
  key: egress,
  label: 'no answer',
  tone: 'wait',
  title: egress,
  cause: text,
  remedy: '',
});

/** What this console saw by itself. Pure. */
export const verdictText = ({ visibility: { state, reason, detail, destination } }) => {
  if (state === 'unknown') return 'Nothing was decided about it since this console watches.';
  if (state === 'visible') return `Its last report was delivered${destination === '' ? '' : ` to ${destination}`}.`;
  const { text, meaning } = reasonOf(reason);
  return joined(text, detail || meaning, destination);
};

/** @returns a function that opens it for a node. @param egresses of a model, by the name under which they are asked */
export const createWhy = () => {
  const dialog = byId('why');
  let asked = 0;
  let lines = [];
  const show = () =>
    syncChildren(byId('why-lines'), lines, {
      keyOf: ({ key }) => key,
      create: () =>
        html(
          'li',
          {},
          html('span', { class: 'label' }),
          html('strong', { class: 'foreign' }),
          html('p', { class: 'foreign' }),
          html('small', { class: 'foreign' }),
        ),
      update: (line, { label, tone, title, cause, remedy }) => {
        const [state, name, text, hint] = line.children;
        setText(state, label);
        setClass(state, `label tone-${tone}`);
        setText(name, title);
        setText(text, cause);
        setText(hint, remedy);
      },
    });
  byId('why-close').addEventListener('click', () => dialog.close());
  return (node, egresses) => {
    const mine = (asked += 1);
    lines = [];
    setText(byId('why-node'), firstName(nodeName(node), node.node));
    setText(byId('why-verdict'), verdictText(node));
    setText(byId('why-note'), egresses.length === 0 ? 'No egress is there to ask.' : 'Asking …');
    show();
    dialog.showModal();
    let open = egresses.length;
    for (const egress of egresses) {
      void get('api/why', { egress, node: node.node }).then(({ ok, value, text }) => {
        if (mine !== asked) return;
        open -= 1;
        lines = [...lines, ...(ok ? answerLines(egress, value) : [faultLine(egress, text)])];
        if (open === 0) setText(byId('why-note'), '');
        show();
      });
    }
  };
};

/** Names under which egresses answer. Pure. */
export const egressNames = ({ services }) =>
  [
    ...new Set([...services.values()].filter(isEgress).map(({ destination, instance }) => destination || instance)),
  ].sort((a, b) => (a < b ? -1 : 1));

const isEgress = ({ name, online }) => name === 'tak-egress' && online;
