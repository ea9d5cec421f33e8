import { create } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { fakeClock } from '@cotbus/service/testing';
import { describe, expect, it } from 'vitest';
import { createMeshWatch } from './mesh-watch.ts';

const OWN = 7;
const packet = (from: number, fields: { rxTime?: number; channel?: number; pkiEncrypted?: boolean } = {}) =>
  create(meshtastic.MeshPacketSchema, { from, ...fields });

const setUp = (silentMinutes = 15) => {
  const clock = fakeClock();
  const watch = createMeshWatch({ clock, silentMinutes });
  return { clock, watch, minutes: (count: number) => clock.advance(count * 60_000) };
};

describe('nobody heard', () => {
  it('is an alarm after the time that was chosen, and over with the first packet', () => {
    const { watch, minutes } = setUp();
    watch.linkOpened();
    watch.packet(packet(8), OWN, false);
    minutes(14);
    expect(watch.silence()).toBeUndefined();
    minutes(3);
    expect(watch.silence()).toBe('nobody heard for 17 min');
    watch.packet(packet(8), OWN, false);
    expect(watch.silence()).toBeUndefined();
  });

  it('counts from when the link opened where nobody was ever heard', () => {
    const { watch, minutes } = setUp();
    minutes(60);
    expect(watch.silence()).toBeUndefined();
    watch.linkOpened();
    minutes(15);
    expect(watch.silence()).toBe('nobody heard since the link opened, 15 min');
  });

  it('does not count our own packets, nor the radio memory', () => {
    const { watch, minutes } = setUp();
    watch.linkOpened();
    minutes(15);
    watch.packet(packet(OWN), OWN, false);
    watch.packet(packet(8), OWN, true);
    expect(watch.silence()).toBeDefined();
    expect(watch.facts().heardAgeMs).toBeUndefined();
  });

  it('is no alarm while the link is away, for that is one already, and begins anew after it', () => {
    const { watch, minutes } = setUp();
    watch.linkOpened();
    minutes(20);
    watch.linkClosed();
    expect(watch.silence()).toBeUndefined();
    minutes(20);
    watch.linkOpened();
    watch.linkOpened();
    minutes(14);
    expect(watch.silence()).toBeUndefined();
    expect(watch.facts().listeningMs).toBe(14 * 60_000);
  });

  it('is never one when switched off', () => {
    const { watch, minutes } = setUp(0);
    watch.linkOpened();
    minutes(10_000);
    expect(watch.silence()).toBeUndefined();
  });
});

describe('what was not read', () => {
  it('is counted by channel hash, most first, with what an uplink counts itself', () => {
    const clock = fakeClock();
    const row = { channel: 'Ridge', hash: 9, reason: 'key_differs' as const, packets: 3, lastMs: 0, lastFrom: 12 };
    const watch = createMeshWatch({ clock, silentMinutes: 15, uplinkUnread: () => [row] });
    watch.unread(packet(8, { channel: 63 }));
    watch.unread(packet(9, { channel: 63 }));
    watch.unread(packet(9, { pkiEncrypted: true }));
    clock.advance(5000);
    expect(watch.facts().unread).toMatchObject([
      { channel: 'Ridge', hash: 9, reason: 'key_differs', packets: 3, ageMs: 5000 },
      { channel: '', hash: 63, reason: 'channel_unknown', packets: 2, lastFrom: 9, ageMs: 5000 },
      { hash: 0, reason: 'pki', packets: 1 },
    ]);
  });
});

it('passes on what the clocks of the mesh say', () => {
  const { clock, watch } = setUp();
  watch.packet(packet(8, { rxTime: Math.floor(clock.now() / 1000) + 7200 }), OWN, false);
  expect(watch.facts().radioAheadMs).toBe(7_200_500);
});
