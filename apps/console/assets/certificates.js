/** Who was given a certificate: asked for while somebody looks, not told all the time. */
import { shortPrint } from './clients.js';
import { createConfirm } from './confirm.js';
import { byId, html, setClick, setHidden, setText, syncChildren } from './elements.js';
import { get } from './get.js';
import { createPackageDialog } from './package-dialog.js';
import { post } from './post.js';
import { syncRows } from './table.js';
import { egressNames } from './why.js';
import { age, joined, plural, UNKNOWN } from './words.js';

const AGAIN_MS = 15_000;
/** A certificate that ends within a month is worth a word. */
const SOON_MS = 30 * 24 * 60 * 60_000;

/** What a certificate is worth now. Pure. */
export const certificateState = ({ revoked, validToMs }, nowMs) => {
  if (revoked) return { label: 'revoked', tone: 'quiet' };
  if (validToMs === null) return { label: 'unknown', tone: 'wait' };
  if (validToMs <= nowMs) return { label: 'expired', tone: 'bad' };
  return validToMs - nowMs < SOON_MS ? { label: 'ends soon', tone: 'wait' } : { label: 'valid', tone: 'good' };
};

/** @returns a function that shows them, to be called while the view is open */
export const createCertificates = () => {
  let list;
  let fault = '';
  let askedMs = -Infinity;
  let asked = '';
  const egressOf = () => byId('certificates-egress').value;
  const ask = async () => {
    askedMs = performance.now();
    asked = egressOf();
    const answer = await get('api/certificates', { egress: asked });
    if (asked !== egressOf()) return;
    fault = answer.ok ? '' : answer.text;
    list = answer.value ?? list;
  };
  const again = () => {
    askedMs = -Infinity;
  };
  const offer = createPackageDialog(again);
  const confirm = createConfirm();
  const revoke = (name) =>
    confirm({
      title: 'Shut out',
      what: name,
      text: 'Every certificate of this name is revoked for good. Open connections are closed.',
      action: 'Revoke',
      act: async () => {
        const answer = await post('api/certificates/revoke', { egress: egressOf(), name });
        again();
        return answer;
      },
    });
  byId('certificates-egress').addEventListener('input', () => {
    list = undefined;
    again();
  });

  return ({ services, clients }, { nowMs, role }) => {
    const egresses = egressNames({ services });
    showEgresses(egresses);
    if (egresses.length > 0 && performance.now() - askedMs > AGAIN_MS) void ask();
    setClick(byId('package-new'), () => offer(egressOf(), list));
    setHidden(byId('package-new'), role !== 'operate' || list === undefined);
    setText(
      byId('certificates-about'),
      egresses.length === 0 ? 'No egress is there to ask.' : fault || aboutText(list, nowMs),
    );
    const given = list?.given ?? [];
    byId('certificates-table').hidden = given.length === 0;
    syncRows('certificate-rows', given, columns({ nowMs, role, revoke, here: holders(clients) }));
  };
};

const showEgresses = (egresses) => {
  byId('certificates-choice').hidden = egresses.length < 2;
  syncChildren(byId('certificates-egress'), egresses, {
    keyOf: (name) => name,
    create: (name) => html('option', { value: name }),
    update: (option, name) => setText(option, name),
  });
};

const aboutText = (list, nowMs) => {
  if (list === undefined) return 'Asking …';
  if (list.authority === '')
    return 'Nobody was given a certificate yet. The first connection package makes an authority.';
  return joined(
    list.authority,
    list.serverToMs === null ? '' : `the listener's certificate holds ${age(list.serverToMs - nowMs)} more`,
    `it is for ${plural(list.serverHosts.length, 'name')}: ${list.serverHosts.slice(0, 4).join(', ')}`,
  );
};

/** How many are connected, by certificate. */
const holders = (clients) => {
  const counts = new Map();
  for (const { fingerprint } of clients.values()) counts.set(fingerprint, (counts.get(fingerprint) ?? 0) + 1);
  return counts;
};

const columns = ({ nowMs, role, revoke, here }) => [
  { title: 'Given to', cell: ({ name }) => ({ text: name }) },
  { title: 'State', cell: (certificate) => certificateState(certificate, nowMs) },
  {
    title: 'Valid until',
    cell: ({ validToMs }) =>
      validToMs === null ? { text: UNKNOWN } : { text: new Date(validToMs).toISOString().slice(0, 10) },
  },
  {
    title: 'Connected',
    cell: ({ fingerprint }) => ({ text: here.has(fingerprint) ? plural(here.get(fingerprint), 'client') : UNKNOWN }),
  },
  { title: 'Fingerprint', cell: ({ fingerprint }) => ({ text: `${shortPrint(fingerprint)} …`, hint: fingerprint }) },
  {
    title: 'Revoke',
    cell: ({ name, revoked }) =>
      role === 'operate' && !revoked
        ? { action: { text: 'Revoke', label: `Revoke the certificates of ${name}`, call: () => revoke(name) } }
        : { text: UNKNOWN },
  },
];
