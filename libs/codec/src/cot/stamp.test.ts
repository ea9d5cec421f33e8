import { Kind } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { NOON_MS, sampleEvent } from '../testing/samples.ts';
import { buildTreeXml, buildEventXml } from './build-event.ts';
import { treeOfEvent } from './event-tree.ts';
import { stampEvent, stampTree } from './stamp.ts';

const unstamped = { timeMs: 0, startMs: 0, staleMs: 0, olderMs: 5000, staleAfterMs: 60_000 };

describe('stampEvent', () => {
  it('counts from when the frame was heard', () => {
    expect(stampEvent(sampleEvent(unstamped), NOON_MS)).toEqual(
      sampleEvent({ ...unstamped, timeMs: NOON_MS - 5000, startMs: NOON_MS, staleMs: NOON_MS + 60_000 }),
    );
  });

  it('does the same to a tree', () => {
    const chat = { type: 'b-t-f', kind: Kind.CHAT, detail: '<remarks source="S">x</remarks>' };
    for (const fields of [unstamped, { ...unstamped, ...chat }, {}]) {
      const event = sampleEvent(fields);
      const line = buildEventXml(stampEvent(event, NOON_MS));
      expect(buildTreeXml(stampTree(treeOfEvent(event), NOON_MS))).toBe(line);
    }
  });

  it('leaves an event alone that has its times', () => {
    const event = sampleEvent();
    expect(stampEvent(event, 1)).toBe(event);
  });

  it('gives a chat line its time, but not text of other kinds', () => {
    const detail = '<remarks source="BAO.F.ATAK.A" to="R">1 &lt; 2</remarks>';
    const chat = stampEvent(sampleEvent({ ...unstamped, kind: Kind.CHAT, detail }), NOON_MS);
    expect(chat.detail).toBe(
      '<remarks source="BAO.F.ATAK.A" to="R" time="2026-03-15T14:22:05.000Z">1 &lt; 2</remarks>',
    );
    expect(stampEvent(sampleEvent({ ...unstamped, detail }), NOON_MS).detail).toBe(detail);
  });
});
