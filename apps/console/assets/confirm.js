/** Asks before something that cannot be taken back. */
import { byId, setText } from './elements.js';

/** @returns a function that asks: `{ title, what, text, action, act }`; `act` gives `{ ok, text }` */
export const createConfirm = () => {
  const dialog = byId('confirm');
  let current;
  byId('confirm-cancel').addEventListener('click', () => dialog.close());
  byId('confirm-form').addEventListener('submit', (event) => {
    event.preventDefault();
    void current.act().then(({ ok, text }) => {
      setText(byId('confirm-fault'), ok ? '' : text);
      if (ok) dialog.close();
    });
  });
  return (question) => {
    current = question;
    setText(byId('confirm-verb'), question.title);
    setText(byId('confirm-what'), question.what);
    setText(byId('confirm-text'), question.text);
    setText(byId('confirm-act'), question.action);
    setText(byId('confirm-fault'), '');
    dialog.showModal();
    byId('confirm-cancel').focus();
  };
};
