/** Why somebody who was heard on a mesh is seen over a TAK link or not. Pure. */
import type { ReasonName } from '@cotbus/contracts';
import { duration, note, warning } from '../site.ts';
import type { FindingFields } from '../site.ts';
import { notKnown, notShown, shown } from './answer.ts';
import type { Answer } from './answer.ts';
import { reasonWords } from './reason-words.ts';

export const onLinkCodes = [
  'not_told',
  'filtered',
  'gone_stale',
  'waits',
  'not_written',
  'not_taken',
  'not_delivered',
  'nobody_connected',
  'link_away',
  'not_written_yet',
  'shown_nowhere',
  'shown_without_address',
  'shown',
] as const;

interface LinkFacts {
  readonly name: string;
  readonly direction: 'both' | 'out' | 'in';
  /** Of our listeners: how many are connected; undefined for a link. */
  readonly clients: number | undefined;
  readonly isOpen: boolean;
  /** Why it is not. */
  readonly lastError: string;
  /** Why what is written there reaches nobody. */
  readonly dead: FindingFields | undefined;
  /** People are shown there without an address to write to. */
  readonly hidesAddresses: boolean;
}

interface SubjectFacts {
  readonly name: string;
  readonly isPerson: boolean;
  readonly hasPosition: boolean;
  readonly heardAgoMs: number;
  /** Negative: it is stale. */
  readonly leftMs: number;
  /** How its last report ended, all links together; undefined while it has not. */
  readonly end: { readonly reason: ReasonName | 'unknown'; readonly detail: string } | undefined;
}

export interface FateFacts {
  readonly kind: 'written' | 'waits' | 'refused' | 'unsent';
  readonly detail: string;
  /** Since its last report was written there. */
  readonly writtenAgoMs: number | undefined;
  /** How many wait before it. */
  readonly before: number;
}

export interface OnLink {
  readonly link: LinkFacts;
  readonly subject: SubjectFacts;
  /** What became of its last report there. */
  readonly fate: FateFacts | undefined;
  /** The rule of the filter that keeps it back, in words. */
  readonly rule: string | undefined;
}

type Rule = (facts: OnLink) => Answer | undefined;

/** The first one that knows answers. */
export const answerOnLink = (facts: OnLink): Answer => {
  for (const rule of rules) {
    const answer = rule(facts);
    if (answer !== undefined) return answer;
  }
  return notWrittenYet(facts);
};

const about = ({ subject, link }: OnLink): string => `${subject.name} on ${link.name}`;

const notTold: Rule = (facts) =>
  facts.link.direction === 'in'
    ? notShown(
        note('not_told', {
          about: about(facts),
          cause: `The link ${facts.link.name} only takes events from TAK (direction: in).`,
          remedy: 'Set its direction to both, if the mesh shall be seen there.',
        }),
      )
    : undefined;

const filtered: Rule = (facts) =>
  facts.rule === undefined
    ? undefined
    : notShown(
        warning('filtered', {
          about: about(facts),
          cause: `The filter of ${facts.link.name} keeps it back: ${facts.rule}.`,
          remedy: `Change the rules of out at ${facts.link.name}; dryRun lets everything pass and counts.`,
        }),
      );

const ended: Rule = (facts) => {
  const { subject, fate } = facts;
  const { end } = subject;
  if (fate !== undefined || end === undefined || end.reason === 'delivered' || end.reason === 'no_client')
    return undefined;
  const { cause, remedy } = reasonWords(end.reason, end.detail);
  return notShown(warning('not_delivered', { about: about(facts), cause, remedy }));
};

const stale: Rule = (facts) => {
  const { leftMs, heardAgoMs } = facts.subject;
  if (leftMs > 0) return undefined;
  return notShown(
    warning('gone_stale', {
      about: about(facts),
      cause: `It was last heard ${duration(heardAgoMs)} ago, and what it said then held until ${duration(leftMs)} ago.`,
      remedy: 'Look whether that radio or phone is on, has a position and is in range.',
    }),
  );
};

const waits: Rule = (facts) => {
  const { link, fate } = facts;
  if (fate?.kind !== 'waits') return undefined;
  const others =
    fate.before === 0 ? 'and is the next one' : `behind ${fate.before} ${fate.before === 1 ? 'other' : 'others'}`;
  return notShown(
    warning('waits', {
      about: about(facts),
      cause: `Its last report waits for ${link.name}, ${others}: ${whyAway(link)}.`,
      remedy: `It goes out as soon as ${link.name} takes events again; see cotbus doctor --link "${link.name}".`,
    }),
  );
};

const notWritten: Rule = (facts) => {
  const { link, fate } = facts;
  if (fate?.kind !== 'unsent') return undefined;
  return notShown(
    warning('not_written', {
      about: about(facts),
      cause: `Its last report was never written to ${link.name}: ${fate.detail === '' ? 'it had no room' : fate.detail}.`,
      remedy: link.isOpen
        ? 'Its next report, or the next sync (tak.syncIntervalSeconds), brings it.'
        : `Look at the link: ${whyAway(link)}.`,
    }),
  );
};

const notTaken: Rule = (facts) => {
  const { link, fate } = facts;
  if (fate?.kind !== 'refused') return undefined;
  return notShown(
    warning('not_taken', {
      about: about(facts),
      cause: `${link.name} did not take its last report: ${fate.detail}.`,
      remedy: `Change what the cause names, at ${link.name} in the configuration, or send less.`,
    }),
  );
};

const nobodyConnected: Rule = (facts) =>
  facts.link.clients === 0
    ? notShown(
        warning('nobody_connected', {
          about: about(facts),
          cause: `No TAK client is connected to ${facts.link.name}.`,
          remedy: 'Connect one (docs/TAK-LINKS.md); it is told at once of everything that is not stale.',
        }),
      )
    : undefined;

const linkAway: Rule = (facts) => {
  const { link, fate } = facts;
  if (link.isOpen) return undefined;
  const before =
    fate?.writtenAgoMs === undefined ? '' : ` Its last report was written ${duration(fate.writtenAgoMs)} ago.`;
  return notShown(
    warning('link_away', {
      about: about(facts),
      cause: `${link.name} is away: ${whyAway(link)}.${before}`,
      remedy: `Put the link right; see cotbus doctor --link "${link.name}".`,
    }),
  );
};

const dead: Rule = (facts) => {
  const { dead: finding } = facts.link;
  return finding && notShown({ ...finding, about: about(facts) });
};

const written: Rule = (facts) => {
  const { link, subject, fate } = facts;
  if (fate?.writtenAgoMs === undefined) return undefined;
  const ago = `Its last report was written to ${link.name} ${duration(fate.writtenAgoMs)} ago`;
  if (!subject.hasPosition) {
    return shown(
      warning('shown_nowhere', {
        about: about(facts),
        cause: `${ago}, without a position: it is in lists, and at 0, 0 on the map.`,
        remedy: 'Give it a view of the sky, or a fixed position; check that its channel shares positions.',
      }),
    );
  }
  const holds = `${ago} and holds for another ${duration(subject.leftMs)}`;
  if (link.hidesAddresses && subject.isPerson) {
    return shown(
      note('shown_without_address', {
        about: about(facts),
        cause: `${holds}; it is shown without an address, since a server would drop messages to it.`,
        remedy: `Set virtualClients at ${link.name}, if people there shall write to it.`,
      }),
    );
  }
  return shown(
    note('shown', {
      about: about(facts),
      cause: `${holds}.`,
      remedy: 'Where somebody does not see it, look at the filters, layers and channels of that program or server.',
    }),
  );
};

const rules: readonly Rule[] = [
  notTold,
  filtered,
  ended,
  stale,
  waits,
  notWritten,
  notTaken,
  nobodyConnected,
  linkAway,
  dead,
  written,
];

const notWrittenYet = (facts: OnLink): Answer =>
  notKnown(
    note('not_written_yet', {
      about: about(facts),
      cause: `Nothing of it has gone to ${facts.link.name} since Cotbus started.`,
      remedy: 'Wait for its next report, or for the next sync (tak.syncIntervalSeconds).',
    }),
  );

const whyAway = ({ isOpen, lastError }: LinkFacts): string => {
  if (isOpen) return 'it reads too slowly, or what was written before a loss is written again first';
  return lastError === '' ? 'it is being opened' : lastError.replace(/[.\s]+$/, '');
};
