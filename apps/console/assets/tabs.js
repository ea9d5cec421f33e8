/** The views of the page, named by the part of its address behind `#`, so that back and bookmarks work. */
import { byId } from './elements.js';

const views = ['map', 'nodes', 'outcomes', 'chat', 'tak', 'links', 'settings'];

export const currentView = () => {
  const name = location.hash.slice(1);
  return views.includes(name) ? name : 'map';
};

export const openView = (name) => {
  location.hash = name;
};

/** @param onChange called when another view is shown */
export const createTabs = (onChange) => {
  const show = () => {
    const current = currentView();
    document.body.dataset.view = current;
    for (const name of views) {
      byId(`view-${name}`).hidden = name !== current;
      const link = document.querySelector(`#tabs a[href="#${name}"]`);
      if (name === current) {
        link.setAttribute('aria-current', 'page');
        // On a phone not all of them fit.
        link.scrollIntoView({ block: 'nearest', inline: 'center' });
      } else link.removeAttribute('aria-current');
    }
    onChange(current);
  };
  byId('tabs').hidden = false;
  window.addEventListener('hashchange', show);
  show();
};
