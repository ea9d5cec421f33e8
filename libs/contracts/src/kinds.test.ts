import { describe, expect, it } from 'vitest';
import { Kind, Reason } from './gen/cotbus/v1/item_pb.ts';
import { kindNames, kindOf, kindText, reasonNames, reasonOf, reasonText } from './kinds.ts';

describe('kinds and reasons', () => {
  it('are one text for each enum value and back', () => {
    expect(kindNames).toHaveLength(Object.keys(Kind).length - 1);
    expect(reasonNames).toHaveLength(Object.keys(Reason).length - 1);
    for (const name of kindNames) expect(kindText(kindOf(name))).toBe(name);
    for (const name of reasonNames) expect(reasonText(reasonOf(name))).toBe(name);
  });

  it('of a newer version have a text that can be shown', () => {
    expect(kindText(999 as Kind)).toBe('');
    expect(reasonText(999 as Reason)).toBe('unknown');
  });
});
