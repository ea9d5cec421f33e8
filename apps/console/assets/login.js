/** Who may look: asks for the token when the console wants one. */
import { byId, setText } from './elements.js';
import { post } from './post.js';

/** `{ role, name, tiles }`; role null before a login. */
export const fetchSession = async () => {
  const response = await fetch('api/session', { cache: 'no-store' });
  if (!response.ok) throw new Error(`the console answers ${response.status}`);
  return response.json();
};

/** Shows the form; done when somebody is logged in. */
export const askForToken = () => {
  byId('login').hidden = false;
  if (new URLSearchParams(location.search).get('link') === 'old') {
    setText(byId('login-fault'), 'That link is not valid any more: the token is another one now.');
  }
  byId('login-token').focus();
  return new Promise((resolve) => {
    byId('login-form').addEventListener('submit', (event) => {
      event.preventDefault();
      void tryToken(byId('login-token').value.trim()).then((fault) => {
        setText(byId('login-fault'), fault);
        if (fault === '') {
          byId('login').hidden = true;
          resolve();
        }
      });
    });
  });
};

/** @returns what went wrong, empty if nothing did */
const tryToken = async (token) => {
  const { ok, status, text } = await post('api/login', { token });
  if (ok) return '';
  return status === 401 ? 'This is none of the tokens.' : text;
};

export const offerLogout = () => {
  byId('logout').hidden = false;
  byId('logout').addEventListener('click', () => {
    void post('api/logout', {}).then(() => location.assign('/'));
  });
};
