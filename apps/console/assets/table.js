/**
 * Rows of a table. A cell is { text, note, label, tone, hint, action }; only what differs is written. An action is
 * { text, label, call }: a button, and what it is called where the text alone says too little.
 */
import { byId, html, setClass, setClick, setText, syncChildren } from './elements.js';
import { UNKNOWN } from './words.js';

/** Fills a table body. `columns` are { title, cell(item) }; the title labels the cell where the table is a stack. */
export const syncRows = (id, items, columns) =>
  syncChildren(byId(id), items, {
    keyOf: ({ key }) => key,
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

const updateCell = (element, { text = '', note = '', label = '', tone = 'quiet', hint = '', action }) => {
  const [labelElement, textElement] = element.children;
  setText(labelElement, label);
  setClass(labelElement, `label tone-${tone}`);
  labelElement.hidden = label === '';
  if (labelElement.title !== hint) labelElement.title = hint;
  setText(textElement, text);
  setText(element.lastElementChild, note);
  // A stack of cells on a phone leaves out what is not known.
  const isEmpty = label === '' && note === '' && (text === '' || text === UNKNOWN) && action === undefined;
  element.classList.toggle('empty', isEmpty);
  if (action !== undefined || element.children.length > CELL_PARTS) updateAction(element, action);
};

/** Label, text and note; a button before the note only where there was something to do. */
const CELL_PARTS = 3;

const updateAction = (element, action) => {
  if (element.children.length === CELL_PARTS) {
    element.insertBefore(html('button', { type: 'button' }), element.lastElementChild);
  }
  const button = element.querySelector('button');
  button.hidden = action === undefined;
  if (action === undefined) return;
  setText(button, action.text);
  if (button.getAttribute('aria-label') !== action.label) button.setAttribute('aria-label', action.label);
  setClick(button, action.call);
};

/** How many rows are shown, and the button that shows more: thousands of rows would make any page slow. */
export const createPaging = (buttonId, step, onMore) => {
  let limit = step;
  byId(buttonId).addEventListener('click', () => {
    limit += step;
    onMore();
  });
  return (items) => {
    byId(buttonId).hidden = items.length <= limit;
    setText(byId(buttonId), `Show ${Math.min(step, items.length - limit)} more of ${items.length - limit}`);
    return items.slice(0, limit);
  };
};
