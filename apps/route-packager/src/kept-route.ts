/** A route that was packed, as it is kept in a file of its own. */
import { z } from 'zod';
import type { Route } from './route.ts';

const pointSchema = z.object({
  lat: z.number(),
  lon: z.number(),
  hae: z
    .number()
    .optional()
    .transform((hae): number | undefined => hae),
  name: z.string(),
});

const routeSchema = z.object({
  uid: z.string().min(1),
  name: z.string(),
  points: z.array(pointSchema).min(2),
  argb: z.int(),
  width: z.number(),
  method: z.string(),
  direction: z.string(),
  prefix: z.string(),
  remarks: z.string(),
});

const partsSchema = z.object({ content: z.string(), came: z.array(z.int()), of: z.int() });

const keptSchema = z.object({
  route: routeSchema,
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  sizeBytes: z.int(),
  item: z.string(),
  atMs: z.number(),
  mesh: z.string(),
  node: z.int(),
  savedTo: z.array(z.string()),
  parts: partsSchema.nullable().default(null),
});

/** What a long route was joined of. */
export interface KeptParts {
  /** The same in all parts of one version. */
  readonly content: string;
  /** Numbers of those that came, in order. */
  readonly came: readonly number[];
  readonly of: number;
}

export interface KeptRoute {
  readonly route: Route;
  /** Of its package in the layout `plain`: SHA-256, hex. */
  readonly hash: string;
  /** Of that package. */
  readonly sizeBytes: number;
  /** Key of the item that brought it. */
  readonly item: string;
  /** Epoch milliseconds of its receipt. */
  readonly atMs: number;
  readonly mesh: string;
  readonly node: number;
  /** Paths of its package. */
  readonly savedTo: readonly string[];
  /** Null where it came in one. */
  readonly parts: KeptParts | null;
}

/** @returns undefined for what is no such file, or of another version */
export const parseKeptRoute = (text: string): KeptRoute | undefined => {
  try {
    const parsed = keptSchema.safeParse(JSON.parse(text));
    if (!parsed.success) return undefined;
    const { route, ...about } = parsed.data;
    return { ...about, route: { ...route, points: route.points.map(({ hae, ...point }) => ({ ...point, hae })) } };
  } catch {
    return undefined;
  }
};
