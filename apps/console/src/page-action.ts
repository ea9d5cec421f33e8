/** What a page may ask and do, besides logging in: who may, what it says, what comes of it. */
import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import type { Role } from './tokens.ts';

export interface ActionAnswer {
  readonly status: number;
  /** For a person, when there is no `json`. */
  readonly text?: string;
  readonly json?: unknown;
}

export interface PageAction {
  readonly role: Role;
  /** What the page says fits it, or is refused. */
  readonly schema: z.ZodType;
  readonly act: (body: never, request: IncomingMessage) => Promise<ActionAnswer>;
}

/** Ties what is done to the schema of what is said. */
export const pageAction = <T>(
  role: Role,
  schema: z.ZodType<T>,
  act: (body: T, request: IncomingMessage) => Promise<ActionAnswer>,
): PageAction => ({ role, schema, act });
