/**
 * A package into the enterprise sync of a TAK server: asked for first, uploaded only if it is not there, then shown to whom
 * it is for and added to missions. Done again after a crash or a lost answer, it ends the same.
 */
import type { TakServerAnswer, TakServerTalk } from '@cotbus/certificates';
import type { DataPackage } from './data-package.ts';
import type { DeliveryResult } from './delivery-queue.ts';
import type { ServerOptions } from './options.ts';

type Wish = Pick<ServerOptions, 'creatorUid' | 'tool' | 'missions'>;

/** How a step ended when the next one cannot be done. */
type Stop = Extract<DeliveryResult, { kind: 'refused' | 'away' }>;

export const upload = async (talk: TakServerTalk, given: DataPackage, wish: Wish): Promise<DeliveryResult> => {
  const there = await isThere(talk, given.hash);
  if (typeof there !== 'boolean') return there;
  const stopped = there ? undefined : await send(talk, given, wish);
  if (stopped !== undefined) return stopped;
  const remarks: string[] = [];
  const shown = await talk({
    method: 'PUT',
    path: `/Marti/api/sync/metadata/${given.hash}/tool`,
    type: 'text/plain',
    body: utf8(wish.tool),
  });
  if (isAway(shown)) return stopOf(shown, '');
  if (!isGood(shown)) remarks.push(`it may not be ${wish.tool}: ${textOf(shown)}`);
  for (const mission of wish.missions) {
    const added = await talk({
      method: 'PUT',
      path: `/Marti/api/missions/${encodeURIComponent(mission)}/contents?${query({ creatorUid: wish.creatorUid })}`,
      type: 'application/json',
      body: utf8(JSON.stringify({ hashes: [given.hash] })),
    });
    if (isAway(added)) return stopOf(added, '');
    remarks.push(isGood(added) ? `in mission ${mission}` : `not in mission ${mission}: ${textOf(added)}`);
  }
  return {
    kind: 'done',
    text: [there ? 'was there already' : '', ...remarks].filter((text) => text !== '').join(', '),
  };
};

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const query = (values: Readonly<Record<string, string>>): string => new URLSearchParams(values).toString();

const isThere = async (talk: TakServerTalk, hash: string): Promise<boolean | Stop> => {
  const asked = await talk({ method: 'GET', path: `/Marti/sync/missionquery?${query({ hash })}` });
  if (isGood(asked)) return true;
  return asked.ok && asked.status === 404 ? false : stopOf(asked, 'it does not say what it has');
};

/**
 * The name has a part of the hash: a server refuses a second file of the same name from the same creator, and a route that
 * changed is one.
 */
const send = async (
  talk: TakServerTalk,
  { fileName, bytes, hash }: DataPackage,
  wish: Wish,
): Promise<Stop | undefined> => {
  const filename = fileName.replace(/\.zip$/, `-${hash.slice(0, 8)}.zip`);
  const { tool, creatorUid } = wish;
  const values = { hash, filename, creatorUid, mimetype: ZIP, keyword: 'missionpackage', tool };
  const { type, body } = multipart(filename, bytes, hash);
  const sent = await talk({ method: 'POST', path: `/Marti/sync/missionupload?${query(values)}`, type, body });
  if (isGood(sent)) return undefined;
  if (sent.ok && sent.status === 403) {
    // Forbidden, or there is one already: by an answer that was lost, or by somebody else a moment ago.
    return (await isThere(talk, hash)) === true
      ? undefined
      : {
          kind: 'refused',
          text: `403: the user of our certificate may not upload, or ${filename} is there with other contents`,
        };
  }
  if (sent.ok && sent.status === 404) return { kind: 'refused', text: '404: it takes no data packages at this port' };
  if (sent.ok && sent.status === 413)
    return { kind: 'refused', text: `413: ${bytes.length} bytes are too much for it` };
  return stopOf(sent, 'the upload');
};

const ZIP = 'application/x-zip-compressed';

/** The boundary is a part of the hash: bytes that hold it are nothing anybody finds. */
const multipart = (filename: string, bytes: Uint8Array, hash: string): { type: string; body: Uint8Array } => {
  const boundary = `cotbus-${hash.slice(0, 40)}`;
  const head =
    `--${boundary}\r\nContent-Disposition: form-data; name="assetfile"; filename="${filename}"\r\n` +
    `Content-Type: ${ZIP}\r\n\r\n`;
  const body = Buffer.concat([utf8(head), bytes, utf8(`\r\n--${boundary}--\r\n`)]);
  return { type: `multipart/form-data; boundary=${boundary}`, body };
};

const isGood = (answer: TakServerAnswer): boolean => answer.ok && answer.status >= 200 && answer.status < 300;

/** Too many requests, or something of the server's own that passes. */
const isBusy = (status: number): boolean => status === 408 || status === 429 || status >= 500;

const isAway = (answer: TakServerAnswer): boolean => (answer.ok ? isBusy(answer.status) : answer.away);

const MAX_QUOTED = 120;

const textOf = (answer: TakServerAnswer): string =>
  answer.ok ? `${answer.status} ${answer.text.trim().slice(0, MAX_QUOTED)}`.trim() : answer.text;

const stopOf = (answer: TakServerAnswer, what: string): Stop => ({
  kind: isAway(answer) ? 'away' : 'refused',
  text: [what, textOf(answer)].filter((text) => text !== '').join(': '),
});
