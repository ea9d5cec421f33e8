/** What operators say of single nodes: callsign, team, role and type in TAK. Workers read it from the bus; consoles keep it. */
import { join } from 'node:path';
import { isContactType } from '@cotbus/codec';
import { createMessage, nodeLevel } from '@cotbus/contracts';
import type { MessageOf } from '@cotbus/contracts';
import type { ServiceContext } from '@cotbus/service';
import { z } from 'zod';
import { MAX_OVERRIDES } from './bounds.ts';
import { openLastSaid } from './last-said.ts';
import type { LastSaid } from './last-said.ts';
import { consoleFolder, readText, writeText } from './own-files.ts';

type Override = MessageOf<'override'>;

const text = z.string().trim().max(64).default('');

/** What is empty is as it would be without; all empty takes everything back. */
export const overrideRequest = z.strictObject({
  node: z.string().regex(/^![0-9a-f]{8}$/, 'expected a node such as !1234abcd'),
  callsign: text,
  team: text,
  role: text,
  type: text.refine((type) => type === '' || isContactType(type), 'expected a CoT type such as a-f-G-E-V'),
});

const stored = z.array(
  z.object({
    num: z.int().min(0).max(0xffff_ffff),
    callsign: z.string(),
    team: z.string(),
    role: z.string(),
    type: z.string(),
    console: z.string(),
    atMs: z.number(),
  }),
);

export interface Overrides {
  /** @returns when it is on the disk, too */
  set(wish: z.output<typeof overrideRequest>): Promise<void>;
}

const HEX = 16;
const KEEP_EVERY_MS = 1000;

/** @param changed called with what holds now; undefined when nothing does */
export const openOverrides = async (
  { bus, clock, instance, journals, log, onStop }: ServiceContext,
  changed: (level: string, override: Override | undefined) => void,
): Promise<Overrides> => {
  const path = join(consoleFolder(journals.folder, instance), 'overrides.json');
  const warn = (error: unknown): void => log.warn({ error }, 'overrides.not_kept');
  const before = await readStored(path).catch((error: unknown) => {
    warn(error);
    return [];
  });
  const keeper = createKeeper(path, warn);
  const said: LastSaid<Override> = await openLastSaid({
    bus,
    clock,
    name: 'override',
    keyOf: ({ num }) => nodeLevel(num),
    before,
    limit: MAX_OVERRIDES,
    changed,
  });
  onStop('overrides', () => keeper.keep(said.values()));
  onStop(
    'override timer',
    clock.every(KEEP_EVERY_MS, () => void keeper.keep(said.values())),
  );
  return {
    set: ({ node, ...fields }) => {
      const num = Number.parseInt(node.slice(1), HEX);
      said.say(createMessage('override', { num, ...fields, console: instance, atMs: clock.now() }));
      return keeper.keep(said.values());
    },
  };
};

const readStored = async (path: string): Promise<readonly Override[]> => {
  const content = await readText(path);
  return content === undefined
    ? []
    : stored.parse(JSON.parse(content)).map((fields) => createMessage('override', fields));
};

/** Writes them if they differ from what was written last. Calls may overlap: the last one stands. */
const createKeeper = (path: string, onFault: (error: unknown) => void) => {
  let written = '[]';
  let last = Promise.resolve();
  return {
    keep: (overrides: readonly Override[]): Promise<void> => {
      const content = JSON.stringify(
        overrides.map(({ num, callsign, team, role, type, console, atMs }) => ({
          num,
          callsign,
          team,
          role,
          type,
          console,
          atMs,
        })),
      );
      if (content !== written) {
        written = content;
        last = last
          .then(() => writeText(path, content))
          .catch((error: unknown) => {
            written = '';
            onFault(error);
          });
      }
      return last;
    },
  };
};
