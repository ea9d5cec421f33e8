import { describe, expect, it } from 'vitest';
import { NOON_MS, sampleEvent } from '../testing/samples.ts';
import { addFlowTag, flowTags } from './flow-tags.ts';

describe('flow tags', () => {
  it('are none at first', () => {
    expect(flowTags(sampleEvent())).toEqual([]);
  });

  it('are added to those of others, behind the rest of the detail', () => {
    const once = addFlowTag(sampleEvent(), 'Cotbus-a', NOON_MS);
    expect(once.detail).toBe('<contact callsign="ALPHA"/><_flow-tags_ Cotbus-a="2026-03-15T14:22:10.000Z"/>');
    const twice = addFlowTag(once, 'TAK-Server-1', NOON_MS);
    expect(flowTags(twice)).toEqual(['Cotbus-a', 'TAK-Server-1']);
    expect(twice.detail.match(/_flow-tags_/g)).toHaveLength(1);
  });

  it('leave the event itself as it was', () => {
    const event = sampleEvent();
    addFlowTag(event, 'x', NOON_MS);
    expect(event).toEqual(sampleEvent());
  });

  it('are renewed, not doubled', () => {
    const again = addFlowTag(addFlowTag(sampleEvent(), 'x', NOON_MS), 'x', NOON_MS + 1000);
    expect(again.detail).toContain('<_flow-tags_ x="2026-03-15T14:22:11.000Z"/>');
  });

  it('always are XML names', () => {
    expect(flowTags(addFlowTag(sampleEvent(), '1 "a>', NOON_MS))).toEqual(['_1__a_']);
    expect(flowTags(addFlowTag(sampleEvent(), '', NOON_MS))).toEqual(['_']);
  });
});
