/** Why a node is on the map of TAK or not, as an egress answers it: place by place, with cause and remedy. */
import { fromBinary } from '@bufbuild/protobuf';
import { ExplanationSchema, isTopicLevel, Place_State, reasonText } from '@cotbus/contracts';
import type { Explanation, Place } from '@cotbus/contracts';
import { z } from 'zod';
import { clip, MAX_FINDING_TEXT } from './bounds.ts';
import type { Commands } from './commands.ts';
import { ourTime } from './our-time.ts';
import type { ActionAnswer } from './page-action.ts';

export const whyQuestion = z.strictObject({
  egress: z.string().refine(isTopicLevel, 'expected the name of an egress'),
  node: z.string().regex(/^![0-9a-f]{8}$/, 'expected a node such as !1234abcd'),
});

/** An egress may ask TAK servers first. */
const WAIT_MS = 12_000;
/** What one node may be: a contact, and what its user has sent. */
const MAX_SUBJECTS = 10;
const MAX_PLACES = 64;

export const askWhy = async (
  commands: Commands,
  { egress, node }: z.output<typeof whyQuestion>,
  now: () => number,
): Promise<ActionAnswer> => {
  const question = { target: egress, verb: 'explain', arguments: { nodes: node }, lifeMs: WAIT_MS };
  const reply = await commands.ask(question, WAIT_MS);
  if (reply === undefined)
    return { status: 504, text: `${egress} does not answer: is it running, and as new as this console?` };
  if (!reply.ok) return { status: 409, text: clip(reply.text) };
  try {
    return { status: 200, json: viewOf(fromBinary(ExplanationSchema, reply.bytes), now()) };
  } catch {
    return { status: 502, text: 'The answer cannot be read: are all services of one version?' };
  }
};

const states: Readonly<Record<number, string>> = {
  [Place_State.SHOWN]: 'shown',
  [Place_State.NOT_SHOWN]: 'not_shown',
};

const viewOf = ({ subjects, atMs }: Explanation, nowMs: number) =>
  subjects.slice(0, MAX_SUBJECTS).map(({ uid, callsign, heardAtMs, reason, detail, places }) => ({
    uid: clip(uid),
    callsign: clip(callsign),
    // By the clock of the egress, which said what it is now.
    heardMs: ourTime(heardAtMs, nowMs - atMs, nowMs),
    reason: reason === 0 ? null : reasonText(reason),
    detail: clip(detail),
    places: places.slice(0, MAX_PLACES).map(placeView),
  }));

const placeView = ({ name, state, answer, waitingBefore }: Place) => ({
  name: clip(name),
  state: states[state] ?? 'unknown',
  cause: clip(answer?.cause ?? '', MAX_FINDING_TEXT),
  remedy: clip(answer?.remedy ?? '', MAX_FINDING_TEXT),
  waitingBefore: waitingBefore ?? null,
});
