import { LinkState } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { nextLinkState } from './link-state.ts';
import type { LinkInput } from './link-state.ts';

const { CLOSED, OPENING, OPEN, WAITING, UNSPECIFIED } = LinkState;

describe('the state of a link', () => {
  it.each<[LinkState, Record<LinkInput, LinkState>]>([
    [CLOSED, { start: OPENING, opened: CLOSED, failed: CLOSED, died: CLOSED, retry: CLOSED, stop: CLOSED }],
    [OPENING, { start: OPENING, opened: OPEN, failed: WAITING, died: OPENING, retry: OPENING, stop: CLOSED }],
    [OPEN, { start: OPEN, opened: OPEN, failed: OPEN, died: WAITING, retry: OPEN, stop: CLOSED }],
    [WAITING, { start: WAITING, opened: WAITING, failed: WAITING, died: WAITING, retry: OPENING, stop: CLOSED }],
    [UNSPECIFIED, { start: 0, opened: 0, failed: 0, died: 0, retry: 0, stop: 0 }],
  ])('from %s goes where its inputs lead', (state, table) => {
    for (const [input, expected] of Object.entries(table)) {
      expect([input, nextLinkState(state, input as LinkInput)]).toEqual([input, expected]);
    }
  });
});
