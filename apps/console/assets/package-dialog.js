/** Makes a connection package for a person, and shows the link that fetches it once. */
import { byId, drawModules, html, setHidden, setText, syncChildren } from './elements.js';
import { post } from './post.js';
import { age } from './words.js';

const openings = {
  atak: 'ATAK: scan the code with the camera, then Import Manager > Local SD, choose the zip.',
  itak: 'iTAK: Settings > Network > Server > + > Upload server package, choose the zip.',
  wintak: 'WinTAK: drag the zip onto the map, or Import Manager > Import file.',
};

/** @param made called when there is one more @returns a function that opens it for an egress */
export const createPackageDialog = (made) => {
  const dialog = byId('package');
  let egress = '';
  byId('package-cancel').addEventListener('click', () => dialog.close());
  byId('package-close').addEventListener('click', () => dialog.close());
  // The link is gone from the page, too.
  dialog.addEventListener('close', () => show(undefined));
  byId('package-form').addEventListener('submit', (event) => {
    event.preventDefault();
    void make(egress).then((isMade) => isMade && made());
  });
  return (of, list) => {
    egress = of;
    show(undefined);
    setText(byId('package-fault'), '');
    byId('package-name').value = '';
    const hosts = list?.ownHosts ?? [];
    const host = hosts.find((own) => own !== 'localhost' && !own.startsWith('127.')) ?? '';
    if (byId('package-host').value === '') byId('package-host').value = host;
    syncChildren(byId('package-hosts'), hosts, {
      keyOf: (own) => own,
      create: (own) => html('option', { value: own }),
      update: () => {},
    });
    dialog.showModal();
    byId('package-name').focus();
  };
};

const make = async (egress) => {
  const name = byId('package-name').value.trim();
  const client = byId('package-client').value;
  byId('package-make').disabled = true;
  setText(byId('package-fault'), 'Making keys …');
  const answer = await post('api/connection-packages', {
    egress,
    name,
    client,
    host: byId('package-host').value.trim(),
  });
  byId('package-make').disabled = false;
  setText(byId('package-fault'), answer.ok ? '' : answer.text);
  if (answer.ok) show({ ...JSON.parse(answer.text), name, client });
  return answer.ok;
};

const show = (offer) => {
  setHidden(byId('package-form'), offer !== undefined);
  setHidden(byId('package-made'), offer === undefined);
  const { name = '', client = 'atak', url = null, qr = [], path = '', lifeMs = 0 } = offer ?? {};
  setText(byId('package-for'), name);
  byId('package-link').href = path.slice(1);
  setHidden(byId('package-qr'), qr.length === 0);
  drawModules(byId('package-qr'), qr);
  setText(byId('package-url'), url ?? '');
  setHidden(byId('package-url'), url === null);
  setText(byId('package-life'), `Works once, within ${age(lifeMs)}: scan it with that phone, or download it here.`);
  setText(byId('package-open'), openings[client]);
  if (offer !== undefined) byId('package-link').focus();
  syncChildren(byId('package-notes'), notesOf(offer), {
    keyOf: (note) => note,
    create: () => html('li', { class: 'foreign' }),
    update: (line, note) => setText(line, note),
  });
};

const notesOf = (offer) =>
  offer === undefined
    ? []
    : [
        `It holds a private key: whoever has it is ${offer.name}.`,
        ...(offer.url === null
          ? ['Only this machine reaches this console, so there is nothing to scan: download it and hand it over.']
          : []),
        ...(offer.url !== null && offer.isPlain ? ['The link is plain HTTP: use it on a network that you trust.'] : []),
        ...offer.notes,
      ];
