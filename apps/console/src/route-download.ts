/** The package of a route as a file: the packager that keeps it gives it out over the bus, in the layout that is asked for. */
import type { ServerResponse } from 'node:http';
import { isTopicLevel } from '@cotbus/contracts';
import { z } from 'zod';
import type { Commands } from './commands.ts';
import { sendFile, sendText } from './respond.ts';

/** Where the page finds it, with the query `packager`, `hash` and `layout`. */
export const ROUTE_DOWNLOAD = '/api/route-package';

const wish = z.strictObject({
  packager: z.string().refine(isTopicLevel, 'expected the name of a packager'),
  hash: z.string().regex(/^[0-9a-f]{64}$/, 'expected the SHA-256 of a package'),
  layout: z.enum(['plain', 'atak', 'itak', 'kml']).default('plain'),
});

/** A packager answers at once; a browser waits no longer. */
const WAIT_MS = 5000;

export const sendRoutePackage = async (
  commands: Commands,
  response: ServerResponse,
  query: URLSearchParams,
): Promise<void> => {
  const read = wish.safeParse(Object.fromEntries(query));
  if (!read.success) return sendText(response, 400, `${z.prettifyError(read.error)}\n`);
  const { packager, hash, layout } = read.data;
  const command = { target: packager, verb: 'package', arguments: { route: hash, layout }, lifeMs: WAIT_MS };
  const reply = await commands.ask(command, WAIT_MS);
  if (reply === undefined) return sendText(response, 504, `${packager} does not answer: is it running?\n`);
  if (!reply.ok) return sendText(response, 404, `${reply.text}\n`);
  sendFile(response, layout === 'kml' ? KML : ZIP, reply.text, reply.bytes);
};

const ZIP = 'application/zip';
const KML = 'application/vnd.google-earth.kml+xml';
