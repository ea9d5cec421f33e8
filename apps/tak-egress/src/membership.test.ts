import { describe, expect, it } from 'vitest';
import { createMembership } from './membership.ts';

const join = (address: string) => ({ kind: 'join', address });
const rejoin = (address: string) => ({ kind: 'rejoin', address });

describe('the membership in a group', () => {
  it('is asked for on each interface, and again at each look', () => {
    const membership = createMembership(['10.0.0.1', '10.0.0.2'], false, 0);
    expect(membership.look(0)).toEqual([join('10.0.0.1'), join('10.0.0.2')]);
    expect(membership.joined('10.0.0.1', undefined)).toEqual([]);
    expect(membership.joined('10.0.0.1', 'EADDRINUSE')).toEqual([]);
    expect(membership.look(5_000)).toEqual([join('10.0.0.1'), join('10.0.0.2')]);
  });

  it('is renewed after half a minute of silence, and not before', () => {
    const membership = createMembership(['10.0.0.1'], false, 0);
    membership.heard(10_000);
    expect(membership.look(39_999)).toEqual([join('10.0.0.1')]);
    expect(membership.look(40_000)).toEqual([rejoin('10.0.0.1')]);
    expect(membership.look(45_000)).toEqual([join('10.0.0.1')]);
  });

  it.each([
    ['told once, where others take part', false, ['failed', undefined]],
    ['the end, where the operator named it', true, ['end', 'end']],
  ])('that cannot be had is %s', (_, isNamed, kinds) => {
    const membership = createMembership(['10.0.0.1', '10.0.0.2'], isNamed, 0);
    const told = [membership.joined('10.0.0.1', 'ENODEV'), membership.joined('10.0.0.1', 'ENODEV')];
    expect(told.map((actions) => actions[0]?.kind)).toEqual(kinds);
  });

  it('ends when no interface is left', () => {
    const membership = createMembership(['10.0.0.1', '10.0.0.2'], false, 0);
    membership.joined('10.0.0.1', 'ENODEV');
    expect(membership.joined('10.0.0.2', 'ENODEV')).toMatchObject([{ kind: 'end' }]);
    expect(membership.look(5_000)).toEqual([]);
  });
});
