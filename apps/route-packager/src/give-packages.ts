/** Gives out packages on the command `package`: arguments `route` (hash, the beginning of one, or a uid) and `layout`. */
import { createMessage, MAX_MESSAGE_BYTES } from '@cotbus/contracts';
import type { ServiceContext } from '@cotbus/service';
import { buildDataPackage, packageLayouts } from './data-package.ts';
import { fileNameOfUid } from './file-name.ts';
import type { KeptRoute } from './kept-route.ts';
import { buildKml } from './kml.ts';
import type { Library } from './library.ts';

/** The KML alone, for programs that know no packages. */
const KML = 'kml';
/** Beginnings of a hash that are long enough to be meant. */
const HASH_START = /^[0-9a-f]{6,64}$/;
/** Of a reply, around the package. */
const ENVELOPE_BYTES = 1024;

interface Given {
  readonly ok: boolean;
  /** File name, or why there is none. */
  readonly text: string;
  readonly bytes?: Uint8Array<ArrayBuffer>;
}

export const givePackages = async ({ bus, instance }: ServiceContext, library: Library): Promise<void> => {
  await bus.subscribe('command', { target: instance, verb: 'package' }, (command) => {
    if (command === undefined) return;
    const { route = '', layout = 'plain' } = command.arguments;
    bus.publish('reply', createMessage('reply', { id: command.id, ...give(library, route, layout) }));
  });
};

const give = (library: Library, wanted: string, layout: string): Given => {
  const found = find(library, wanted);
  if (found === undefined) return { ok: false, text: 'no such route is kept' };
  const built = build(found, layout);
  if (built === undefined) return { ok: false, text: `there are the layouts ${[...packageLayouts, KML].join(', ')}` };
  const fits = built.bytes.length <= MAX_MESSAGE_BYTES - ENVELOPE_BYTES;
  return fits ? { ok: true, ...built } : { ok: false, text: `${built.text} is too large for the bus` };
};

const find = (library: Library, wanted: string): KeptRoute | undefined => {
  const exact = library.ofUid(wanted) ?? library.ofHash(wanted);
  if (exact !== undefined || !HASH_START.test(wanted)) return exact;
  const [first, ...more] = library.all().filter(({ hash }) => hash.startsWith(wanted));
  return more.length === 0 ? first : undefined;
};

const build = ({ route }: KeptRoute, wanted: string) => {
  if (wanted === KML) {
    return { text: `${fileNameOfUid(route.uid)}.kml`, bytes: new TextEncoder().encode(buildKml(route)) };
  }
  const layout = packageLayouts.find((known) => known === wanted);
  if (layout === undefined) return undefined;
  const { fileName, bytes } = buildDataPackage(route, layout);
  return { text: fileName, bytes: Uint8Array.from(bytes) };
};
