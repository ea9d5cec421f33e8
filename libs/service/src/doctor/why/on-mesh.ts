/** Why somebody who was heard from TAK is seen on a mesh or not. Pure. */
import { LinkState, reasonText } from '@cotbus/contracts';
import type { AgentStatus, Outcome, ReasonName } from '@cotbus/contracts';
import { duration, note, warning } from '../site.ts';
import { notKnown, notShown, shown } from './answer.ts';
import type { Answer } from './answer.ts';
import { reasonWords } from './reason-words.ts';

export const onMeshCodes = [
  'kept_back',
  'handed_on',
  'mesh_away',
  'mesh_closed',
  'not_on_air',
  'on_air',
  'not_asked',
] as const;

/** What an egress alone knows of somebody who came from TAK. */
export interface ToMesh {
  readonly subject: string;
  readonly mesh: string;
  /** Why it goes nowhere from here; undefined when it does. */
  readonly end: { readonly reason: ReasonName | 'unknown'; readonly detail: string } | undefined;
  /** Why it does not go to that mesh. */
  readonly refused: string | undefined;
  /** Since its last event went there. */
  readonly handedAgoMs: number | undefined;
}

/** @returns what only the agents of the mesh can tell as not known. */
export const answerToMesh = ({ subject, mesh, end, refused, handedAgoMs }: ToMesh): Answer => {
  const about = `${subject} on mesh ${mesh}`;
  if (end !== undefined) return notShown(warning('kept_back', { about, ...reasonWords(end.reason, end.detail) }));
  if (refused !== undefined) {
    return notShown(
      warning('kept_back', {
        about,
        cause: `It does not go to mesh ${mesh}: ${refused}.`,
        remedy: 'Nothing, if that mesh has it already; otherwise compare the clocks of sender and gateway.',
      }),
    );
  }
  const when = handedAgoMs === undefined ? 'has not been' : `was, ${duration(handedAgoMs)} ago,`;
  return notKnown(
    note('handed_on', {
      about,
      cause: `Its last event ${when} handed to mesh ${mesh}, whose agent decides what goes to the air.`,
      remedy: 'cotbus outcomes --past shows how it ended there.',
    }),
  );
};

export interface OnMesh {
  /** For people. */
  readonly subject: string;
  readonly mesh: string;
  /** Of that mesh, with a fresh heartbeat. */
  readonly agents: readonly Pick<AgentStatus, 'agent' | 'link' | 'txClosed' | 'sends'>[];
  /** The last one of its events at that mesh that tells something. */
  readonly outcome: Pick<Outcome, 'reason' | 'detail' | 'atMs'> | undefined;
  /** Wall clock, epoch milliseconds. */
  readonly nowMs: number;
}

/** Where nothing passes at all that is the answer; otherwise what became of its last event. */
export const answerOnMesh = (facts: OnMesh): Answer => shut(facts) ?? lastEvent(facts) ?? notAsked(facts);

const aboutOf = ({ subject, mesh }: OnMesh): string => `${subject} on mesh ${mesh}`;

const shut = (facts: OnMesh): Answer | undefined => {
  const { agents, mesh } = facts;
  const about = aboutOf(facts);
  const open = agents.filter(({ link }) => link === LinkState.OPEN);
  if (open.length === 0) {
    return notShown(
      warning('mesh_away', {
        about,
        cause:
          agents.length === 0
            ? `No agent of mesh ${mesh} is there.`
            : `No agent of mesh ${mesh} (${agents.map(({ agent }) => agent).join(', ')}) has a link to its radio.`,
        remedy: 'Start the agent, or look at its radio: cotbus doctor.',
      }),
    );
  }
  if (open.some(({ txClosed, sends }) => txClosed === '' && sends)) return undefined;
  const why = open.find(({ txClosed }) => txClosed !== '')?.txClosed.split('. ')[0] ?? 'its agents only listen';
  return notShown(
    warning('mesh_closed', {
      about,
      cause: `Nothing of TAK goes to mesh ${mesh}: ${why}.`,
      remedy: 'Set a key of your own on the channel that carries TAK (or toMesh.force), and direction to both.',
    }),
  );
};

const lastEvent = (facts: OnMesh): Answer | undefined => {
  const { outcome, nowMs } = facts;
  if (outcome === undefined) return undefined;
  const about = aboutOf(facts);
  const ago = duration(Math.max(0, nowMs - outcome.atMs));
  const reason = reasonText(outcome.reason);
  if (reason === 'delivered') {
    return shown(
      note('on_air', {
        about,
        cause: `Its last event was sent to the mesh ${ago} ago${outcome.detail === '' ? '' : ` (${outcome.detail})`}.`,
        remedy: 'Where somebody does not see it, look at that radio, its range, and the version of its app.',
      }),
    );
  }
  const { cause, remedy } = reasonWords(reason, outcome.detail);
  const words = { about, cause: `${cause.replace(/\.$/, '')}, ${ago} ago.`, remedy };
  // A pace that is kept is no fault: something newer of it was on the air.
  return reason === 'too_soon' ? shown(note('on_air', words)) : notShown(warning('not_on_air', words));
};

const notAsked = (facts: OnMesh): Answer =>
  notKnown(
    note('not_asked', {
      about: aboutOf(facts),
      cause: `None of its events ended at mesh ${facts.mesh} in the last hour.`,
      remedy: 'Let it send something; cotbus outcomes shows how it ends.',
    }),
  );
