/** The top of the page: its name, the badges of the views, and whether it is live. */
import { byId, setClass, setHidden, setText } from './elements.js';
import { age } from './words.js';

/** How many there are behind each view. */
export const renderBadges = (model, { found, unreadLines }) => {
  setText(byId('nodes-badge'), String(model.nodes.size));
  setText(byId('chat-badge'), unreadLines === 0 ? '' : `${unreadLines} new`);
  const broken = found.filter(({ view, tone }) => view === 'links' && tone === 'bad').length;
  setText(byId('links-badge'), broken === 0 ? '' : `${broken} !`);
};

/** Names the page; an alarm is seen in the tab of the browser, too. */
export const renderTop = ({ about }, { name, open }) => {
  const title = name === 'console' ? 'Cotbus' : `Cotbus ${name}`;
  document.title = open.length === 0 ? title : `(${open.length}) ${open[0].what} – ${title}`;
  setText(byId('name'), name === 'console' ? '' : name);
  setHidden(byId('simulated'), !about.simulated);
};

/** Whether what is shown can be believed. */
export const renderConnection = (connection, { about }) => {
  const { isLive } = connection;
  setText(byId('page-state'), isLive ? 'live' : 'reconnecting');
  setClass(byId('page-state'), `label tone-${isLive ? 'good' : 'bad'}`);
  const sentence = troubleSentence(connection, about);
  setText(byId('trouble'), sentence);
  setHidden(byId('trouble'), sentence === '');
};

const troubleSentence = ({ isLive, silenceMs }, about) => {
  if (about === undefined) return '';
  if (!isLive) return `The console does not answer: what you see is ${age(silenceMs)} old.`;
  return about.bus ? '' : 'The console has no connection to the message bus: what you see may be old.';
};
