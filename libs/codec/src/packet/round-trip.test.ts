/** Any packet: an event that receivers accept or a listed reason, and what came through comes through always. */
import { reasonNames } from '@cotbus/contracts';
import { cotFaults } from '@cotbus/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildEventXml } from '../cot/build-event.ts';
import { eventOfTree } from '../cot/event-tree.ts';
import { parseEventXml } from '../cot/parse-event.ts';
import { stampEvent } from '../cot/stamp.ts';
import { anyGoodPacket, anyPacket } from '../testing/any-packet.ts';
import { NOON_MS } from '../testing/samples.ts';
import { packetOfTree, treeOfPacket } from './packet.ts';
import type { Packet } from './payload.ts';
import { PROFILE_A, PROFILE_B } from './profile.ts';
import type { PacketProfile } from './profile.ts';

const OWN_A: PacketProfile = { schema: 'a', asSdk: false };

const through = (packet: Packet, profile: PacketProfile): Packet | string => {
  const built = treeOfPacket(packet);
  const parsed = built.ok ? packetOfTree(built.tree, profile) : built;
  return parsed.ok ? parsed.packet : parsed.reason;
};

/** What XML or its receivers keep from anybody: how a sensor's wind stands, who an alert was about by its type, … */
const known = /are never drawn|callsign is blank|says unknown otherwise|There is no team/;

describe('any packet', () => {
  it.each([
    ['at all', anyPacket],
    ['with uid, type and place', anyGoodPacket],
  ])('%s is an event that receivers accept, or a listed reason', (_, packets) => {
    fc.assert(
      fc.property(packets, (packet) => {
        const built = treeOfPacket(packet);
        expect(built.ok || reasonNames.includes(built.reason)).toBe(true);
        if (!built.ok) return;
        const xml = buildEventXml(stampEvent(eventOfTree(built.tree), NOON_MS));
        expect(cotFaults(xml).filter((fault) => !known.test(fault))).toEqual([]);
        expect(parseEventXml(xml).ok).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it.each<[string, PacketProfile]>([
    ['our own form', PROFILE_B],
    ['our own form in generation A', OWN_A],
    ['the form of the SDK', PROFILE_A],
  ])('that came through comes through always, in %s', (_, profile) => {
    fc.assert(
      fc.property(anyGoodPacket, (packet) => {
        // The first way brings it into the form that we write, the second fills in what a receiver needs.
        const once = through(packet, profile);
        const twice = typeof once === 'string' ? once : through(once, profile);
        if (typeof twice === 'string') return;
        expect(through(twice, profile)).toEqual(twice);
      }),
      { numRuns: 1000 },
    );
  });
});
