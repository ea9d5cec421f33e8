/** Who is connected to our listeners. */
import { byId, setText } from './elements.js';
import { sorted } from './model.js';
import { syncRows } from './table.js';
import { ago, firstName, joined, UNKNOWN } from './words.js';

/** Those who came last first. Pure. */
export const connectedClients = ({ clients }) => sorted(clients, (a, b) => (b.sinceMs ?? 0) - (a.sinceMs ?? 0));

const columns = (nowMs) => [
  {
    title: 'Client',
    cell: ({ callsign, uid, name }) => ({
      text: firstName(callsign) || 'has not reported yet',
      note: joined(uid === callsign ? '' : uid, name),
    }),
  },
  { title: 'Connected', cell: ({ sinceMs }) => ({ text: momentText(sinceMs, nowMs) }) },
  { title: 'Last event', cell: ({ heardMs }) => ({ text: momentText(heardMs, nowMs) }) },
  {
    title: 'Certificate',
    cell: ({ certificate, fingerprint }) =>
      certificate === ''
        ? { label: 'no TLS', tone: 'wait', hint: 'Anybody on its network could read and forge what it says.' }
        : { text: certificate, note: shortPrint(fingerprint) },
  },
  { title: 'From', cell: ({ address, listener, egress }) => ({ text: address, note: joined(listener, egress) }) },
];

const momentText = (ms, nowMs) => (ms === null ? UNKNOWN : ago(nowMs - ms));

/** Enough to tell two certificates of a name apart. */
export const shortPrint = (fingerprint) => fingerprint.split(':').slice(0, 6).join(':');

export const renderClients = (model, nowMs) => {
  const clients = connectedClients(model);
  setText(byId('clients-note'), clients.length === 0 ? '' : String(clients.length));
  byId('clients-none').hidden = clients.length > 0;
  byId('clients-table').hidden = clients.length === 0;
  syncRows('client-rows', clients, columns(nowMs));
};
