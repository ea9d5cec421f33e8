import { createMessage, Kind } from '@cotbus/contracts';
import { cotFaults } from '@cotbus/testkit';
import { describe, expect, it } from 'vitest';
import { buildEventXml } from '../cot/build-event.ts';
import { stampEvent } from '../cot/stamp.ts';
import { NOON_MS, sampleNode } from '../testing/samples.ts';
import { decodeDelivered } from './delivered.ts';

const heard = (uid: string, callsign = 'VIPER') =>
  createMessage('frameHeard', { port: 5, from: 0x15465d8d, acknowledged: { uid, callsign } });

describe('the acknowledgement of a chat line by a plain node', () => {
  it('is a receipt from the contact that the line was sent to, for its writer alone', () => {
    const decoded = decodeDelivered(heard('GeoChat.ANDROID-1.MESHTASTIC-15465D8D.m-7'), sampleNode());
    if (!decoded.ok) throw new Error(decoded.detail);
    const { event } = decoded;
    expect(event).toMatchObject({ uid: 'm-7', type: 'b-t-f-d', kind: Kind.CHAT });
    expect(event.detail).toContain('messageId="m-7"');
    expect(event.detail).toContain('<chatgrp uid0="MESHTASTIC-15465D8D" uid1="ANDROID-1" id="ANDROID-1"/>');
    expect(event.detail).toContain('<dest uid="ANDROID-1"/>');
    expect(event.detail).toContain('senderCallsign="BASE - Base Camp"');
    expect(cotFaults(buildEventXml(stampEvent(event, NOON_MS)))).toEqual([]);
  });

  it.each(['m-7', 'GeoChat.ANDROID-1', 'GeoChat.a.b.', ''])('is nothing to TAK when it is of no line: %j', (uid) => {
    expect(decodeDelivered(heard(uid), sampleNode())).toMatchObject({ ok: false, reason: 'not_for_tak' });
  });
});
