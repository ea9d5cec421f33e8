import { BROADCAST, meshtastic } from '@cotbus/contracts';
import { create } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { broadcastPacket } from './mesh-packet.ts';
import { createMesh, type Mesh } from './mesh.ts';
import { createRandom } from './random.ts';
import { createManualClock } from './testing/manual-clock.ts';

const listen = (mesh: Mesh, num: number, hopsAway = 0): meshtastic.MeshPacket[] => {
  const heard: meshtastic.MeshPacket[] = [];
  mesh.join({ num, hopsAway, hear: (packet) => void heard.push(packet) });
  return heard;
};
const newMesh = (loss = 0): Mesh => createMesh({ clock: createManualClock(1_750_000_000_000), seed: 7, loss });
const packetOf = (from: number, fields: Partial<meshtastic.MeshPacket> = {}): meshtastic.MeshPacket =>
  create(meshtastic.MeshPacketSchema, {
    ...broadcastPacket({ from, id: 99, portnum: meshtastic.PortNum.ATAK_PLUGIN_V2, payload: Uint8Array.of(0xff) }),
    ...fields,
  });

describe('a mesh', () => {
  it('lets everybody but the sender hear a broadcast', () => {
    const mesh = newMesh();
    const heard = [1, 2, 3].map((num) => listen(mesh, num));
    expect(mesh.transmit(packetOf(1))).toEqual([2, 3]);
    expect(heard.map((packets) => packets.length)).toEqual([0, 1, 1]);
  });

  it('fills in what only a receiver knows', () => {
    const mesh = newMesh();
    listen(mesh, 0xab);
    const [heard] = [listen(mesh, 2, 2)];
    mesh.transmit(packetOf(0xab, { wantAck: true }));
    expect(heard[0]).toMatchObject({
      from: 0xab,
      id: 99,
      rxTime: 1_750_000_000,
      hopStart: 3,
      hopLimit: 1,
      wantAck: false,
      transportMechanism: meshtastic.MeshPacket_TransportMechanism.TRANSPORT_LORA,
    });
    expect(heard[0]?.rxRssi).toBeLessThan(-40);
    expect(heard[0]?.rxSnr).toBeGreaterThanOrEqual(-10);
  });

  it('does not carry a packet farther than its hop limit', () => {
    const mesh = newMesh();
    const near = listen(mesh, 2, 0);
    const far = listen(mesh, 3, 1);
    mesh.transmit(packetOf(1, { hopLimit: 0 }));
    expect([near.length, far.length]).toEqual([1, 0]);
  });

  it('lets only the destination of a packet to one node hear it', () => {
    const mesh = newMesh();
    const [meant, other] = [listen(mesh, 2), listen(mesh, 3)];
    mesh.transmit(packetOf(1, { to: 2, wantAck: true }));
    expect([meant.length, other.length]).toEqual([1, 0]);
    expect(meant[0]?.wantAck).toBe(true);
    expect(mesh.transmit(packetOf(1, { to: 77 }))).toEqual([]);
  });

  it('loses about the share of packets that it was told to', () => {
    const mesh = newMesh(0.3);
    const heard = listen(mesh, 2);
    for (let i = 0; i < 2000; i += 1) mesh.transmit(packetOf(1));
    expect(heard.length / 2000).toBeGreaterThan(0.66);
    expect(heard.length / 2000).toBeLessThan(0.74);
  });

  it('repeats itself with the same seed and start', () => {
    const run = (): unknown[] => {
      const mesh = newMesh(0.5);
      const heard = listen(mesh, 2);
      for (let i = 0; i < 50; i += 1) mesh.transmit(packetOf(1, { id: mesh.nextPacketId() }));
      return heard;
    };
    expect(run()).toEqual(run());
  });

  it('gives packets other ids in a run that starts later', () => {
    const ids = [0, 1].map((ms) => createMesh({ clock: createManualClock(ms), seed: 7 }).nextPacketId());
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('is not heard by who left', () => {
    const mesh = newMesh();
    const leave = mesh.join({ num: 2, hopsAway: 0, hear: () => {} });
    leave();
    expect(mesh.transmit(packetOf(1, { to: BROADCAST }))).toEqual([]);
  });
});

describe('randomness', () => {
  it('stays in [0, 1) and depends on the seed alone', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const [one, two] = [createRandom(seed), createRandom(seed)];
        for (let i = 0; i < 20; i += 1) {
          const value = one();
          expect(value).toBe(two());
          expect(value >= 0 && value < 1).toBe(true);
        }
      }),
    );
  });

  it('differs between neighbouring seeds', () => {
    const first = Array.from({ length: 200 }, (_, seed) => createRandom(seed)());
    expect(new Set(first).size).toBe(200);
  });
});
