import { Kind } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { recipientsOf } from './recipients.ts';
import { meshEvent } from './testing/events.ts';

const chat = (detail: string, type = 'b-t-f') => meshEvent({ kind: Kind.CHAT, type, uid: 'x', detail });
const line = (id: string, groups: string, more = '') =>
  `<__chat id="${id}" chatroom="room">${groups}</__chat><link uid="ANDROID-1" relation="p-p"/><remarks>x</remarks>${more}`;
const group = (uid0: string, uid1: string) => `<chatgrp id="g" uid0="${uid0}" uid1="${uid1}"/>`;

const known = new Set(['bob']);
const uidsOf = (event: ReturnType<typeof chat>) => recipientsOf(event, (uid) => known.has(uid));

describe('the recipients of an event', () => {
  it.each([
    ['everybody', line('All Chat Rooms', group('ANDROID-1', 'All Chat Rooms'))],
    ['a team', line('Cyan', group('ANDROID-1', 'Cyan'))],
    ['a room of the gateway', line('Rescue', group('ANDROID-1', 'Rescue'))],
    ['a group of one’s own', line('1f0c2a34-0000-4000-8000-1234567890ab', group('ANDROID-1', 'ANDROID-2'))],
    ['no chat element', '<remarks>x</remarks>'],
    ['an empty destination', line('Cyan', '', '<marti><dest/></marti>')],
    ['a mission', line('Cyan', '', '<marti><dest mission="m"/></marti>')],
  ])('are all for %s', (_, detail) => {
    expect(uidsOf(chat(detail))).toBeUndefined();
  });

  it.each([
    ['an ATAK user', line('ANDROID-2', group('ANDROID-1', 'ANDROID-2')), ['ANDROID-2']],
    ['a WinTAK user', line('S-1-5-21-1-2', ''), ['S-1-5-21-1-2']],
    ['an iTAK user', line('1F0C2A34-0000-4000-8000-1234567890AB', ''), ['1F0C2A34-0000-4000-8000-1234567890AB']],
    ['a node', line('MESHTASTIC-0000000A', ''), ['MESHTASTIC-0000000A']],
    ['somebody known', line('bob', ''), ['bob']],
    ['me, as a room of my own', line('ANDROID-1', group('ANDROID-2', 'ANDROID-1')), ['ANDROID-2']],
  ])('are one for %s', (_, detail, uids) => {
    expect(uidsOf(chat(detail))).toEqual({ uids, callsigns: [] });
  });

  it('are those of a receipt, whose room may be either', () => {
    const receipt = `<__chatreceipt id="ANDROID-1">${group('ANDROID-1', 'ANDROID-2')}</__chatreceipt><link uid="ANDROID-1"/>`;
    expect(uidsOf(chat(receipt, 'b-t-f-d'))).toEqual({ uids: ['ANDROID-2'], callsigns: [] });
  });

  it('are those who are named, for any event', () => {
    const detail = '<remarks/><marti><dest uid="a"/><dest callsign="B &amp; C"/></marti>';
    const expected = { uids: ['a'], callsigns: ['B & C'] };
    expect(recipientsOf(meshEvent({ kind: Kind.MARKER, detail }), () => false)).toEqual(expected);
    expect(uidsOf(chat(line('Cyan', '', '<marti><dest uid="a"/><dest callsign="B &amp; C"/></marti>')))).toEqual(
      expected,
    );
  });

  it('are no more than a hundred', () => {
    const detail = `<marti>${'<dest uid="a"/>'.repeat(500)}</marti>`;
    expect(uidsOf(chat(detail))?.uids).toHaveLength(100);
  });
});
