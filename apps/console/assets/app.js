/** The page: logs in, takes what the console says, and shows the view that is open. */
import { createAlarms } from './alarms.js';
import { createConnection } from './connection.js';
import { byId, setHidden, setText } from './elements.js';
import { renderConnection, renderTop } from './header.js';
import { askForToken, fetchSession, offerLogout } from './login.js';
import { applyChanges, createModel } from './model.js';
import { createAnnouncer } from './outcomes.js';
import { createTabs } from './tabs.js';
import { createViews } from './views.js';

const start = async () => {
  let session = await fetchSession();
  if (session.role === null) {
    setText(byId('page-state'), 'not logged in');
    await askForToken();
    session = await fetchSession();
  }
  history.replaceState(null, '', location.pathname + location.hash);
  run(session);
};

const run = ({ role, byLogin, name, tiles }) => {
  const model = createModel();
  const announce = createAnnouncer();
  setText(byId('role'), role === 'operate' ? '' : 'view only');
  setHidden(byId('role'), role === 'operate');
  if (byLogin) offerLogout();

  const asked = () => render({ isAsked: true });
  const views = createViews({ tiles, asked });
  const renderAlarms = createAlarms(views.showOnMap);
  const connection = createConnection({
    onMessage: (message) => {
      const isFirst = model.about === undefined;
      applyChanges(model, message);
      render({ isChanged: true, isAsked: isFirst });
      announce(model);
    },
    onRefused: reloadWhenLoggedOut,
  });
  /** `isAsked`: somebody has done something and waits for it. */
  const render = ({ isChanged = false, isAsked = false } = {}) => {
    renderConnection(connection, model);
    if (model.about === undefined) return;
    const nowMs = model.about.nowMs + connection.silenceMs;
    renderTop(model, { name, open: renderAlarms(model, { nowMs, role }) });
    views.render(model, { nowMs, isChanged, isAsked, role });
  };
  createTabs(() => {
    views.resize();
    asked();
  });
  setInterval(() => {
    connection.watch();
    render();
  }, 1000);
};

const reloadWhenLoggedOut = () =>
  void fetchSession().then(
    ({ role }) => {
      if (role === null) location.reload();
    },
    () => {
      // It does not answer at all: the page says so, and tries again.
    },
  );

await start();
