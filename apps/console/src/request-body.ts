/** What a page sends: a small JSON object, from the page itself. */
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';

/** A name and a key; far below it. */
const MAX_BODY_BYTES = 4096;

export type ReadBody<T> =
  | { readonly ok: true; readonly body: T }
  | { readonly ok: false; readonly status: 400 | 403 | 413 | 415; readonly text: string };

/**
 * Foreign pages can make a browser send requests with our cookie. They cannot send JSON without asking first, and the
 * browser says where a request comes from: both have to fit.
 */
export const readBody = async <T>(request: IncomingMessage, schema: z.ZodType<T>): Promise<ReadBody<T>> => {
  if (!isOwnPage(request)) return { ok: false, status: 403, text: 'Only from the page itself.' };
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    return { ok: false, status: 415, text: 'Only application/json.' };
  }
  const text = await readText(request);
  if (text === undefined) return { ok: false, status: 413, text: `At most ${MAX_BODY_BYTES} bytes.` };
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return { ok: true, body: parsed.data };
  return { ok: false, status: 400, text: z.prettifyError(parsed.error) };
};

/** What is no browser says neither. */
const isOwnPage = ({ headers }: IncomingMessage): boolean => {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  const { origin, host } = headers;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === hostOf(host);
};

/** As URLs have it: in lower case. */
const hostOf = (header: string | undefined): string => (header ?? '').toLowerCase();

const readText = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
