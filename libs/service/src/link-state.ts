/** The states of a link: closed → opening → open → waiting → opening … */
import { LinkState } from '@cotbus/contracts';

export type LinkInput = 'start' | 'opened' | 'failed' | 'died' | 'retry' | 'stop';

const transitions: Readonly<Record<LinkState, Partial<Record<LinkInput, LinkState>>>> = {
  [LinkState.UNSPECIFIED]: {},
  [LinkState.CLOSED]: { start: LinkState.OPENING },
  [LinkState.OPENING]: { opened: LinkState.OPEN, failed: LinkState.WAITING, stop: LinkState.CLOSED },
  [LinkState.OPEN]: { died: LinkState.WAITING, stop: LinkState.CLOSED },
  [LinkState.WAITING]: { retry: LinkState.OPENING, stop: LinkState.CLOSED },
};

/** The next state; an input that means nothing in this state leaves it. */
export const nextLinkState = (state: LinkState, input: LinkInput): LinkState => transitions[state]?.[input] ?? state;
