/** The shared medium: who sends, everybody in reach hears, unless it is lost. */
import { create } from '@bufbuild/protobuf';
import { BROADCAST, meshtastic } from '@cotbus/contracts';
import { simChannel, type MeshChannel } from './channels.ts';
import type { SimulatorClock } from './clock.ts';
import { between, createRandom, type Random } from './random.ts';

/** Somebody who hears: a radio or a unit. */
export interface Station {
  readonly num: number;
  /** Relays between it and the middle of the mesh, 0 to 7. */
  readonly hopsAway: number;
  /** Called with a packet of its own; the content in it is shared with other hearers. */
  hear(packet: meshtastic.MeshPacket): void;
}

export interface Mesh {
  readonly clock: SimulatorClock;
  readonly random: Random;
  readonly channels: readonly MeshChannel[];
  /** @returns leaves the mesh. */
  join(station: Station): () => void;
  /**
   * Puts a packet on the air: `from`, `id`, `to`, `channel` (index) and `hopLimit` are taken from it.
   * @returns the numbers of those who heard it.
   */
  transmit(packet: meshtastic.MeshPacket): number[];
  /** Probability in [0, 1] that one station misses one packet, from now on. */
  setLoss(loss: number): void;
  /** A packet id that this run has not used; another run with the same seed has others, as receivers remember ids. */
  nextPacketId(): number;
}

export interface MeshOptions {
  readonly clock: SimulatorClock;
  readonly seed: number;
  /** Probability in [0, 1] that one station misses one packet. Default 0. */
  readonly loss?: number;
  /** Default: `simChannel` alone. */
  readonly channels?: readonly MeshChannel[];
}

export const createMesh = ({ clock, seed, loss: firstLoss = 0, channels = [simChannel] }: MeshOptions): Mesh => {
  let loss = firstLoss;
  const random = createRandom(seed);
  const randomId = createRandom(seed + clock.now());
  const stations = new Map<number, Station>();

  const reaches = (packet: meshtastic.MeshPacket, station: Station): boolean => {
    if (station.num === packet.from) return false;
    if (packet.to !== BROADCAST && packet.to !== station.num) return false;
    if (relaysBetween(packet.from, station) > packet.hopLimit) return false;
    return random() >= loss;
  };
  const relaysBetween = (from: number, station: Station): number =>
    Math.max(stations.get(from)?.hopsAway ?? 0, station.hopsAway);

  return {
    clock,
    random,
    channels,
    join: (station) => {
      stations.set(station.num, station);
      return () => {
        if (stations.get(station.num) === station) stations.delete(station.num);
      };
    },
    transmit: (packet) => {
      const hearers = [...stations.values()].filter((station) => reaches(packet, station));
      for (const station of hearers) {
        station.hear(asHeard(packet, relaysBetween(packet.from, station), clock.now(), random));
      }
      return hearers.map(({ num }) => num);
    },
    setLoss: (next) => void (loss = next),
    nextPacketId: () => Math.floor(between(randomId, 1, 2 ** 32)),
  };
};

/** The packet as a receiver hands it on: fields of the air filled in, the sender's wishes to its own radio taken out. */
const asHeard = (packet: meshtastic.MeshPacket, relays: number, nowMs: number, random: Random): meshtastic.MeshPacket =>
  create(meshtastic.MeshPacketSchema, {
    from: packet.from,
    to: packet.to,
    channel: packet.channel,
    id: packet.id,
    payloadVariant: packet.payloadVariant,
    // A broadcast goes out without the flag, whatever its sender asked for.
    wantAck: packet.wantAck && packet.to !== BROADCAST,
    pkiEncrypted: packet.pkiEncrypted,
    viaMqtt: packet.viaMqtt,
    xeddsaSigned: packet.xeddsaSigned,
    hopStart: packet.hopLimit,
    hopLimit: packet.hopLimit - relays,
    relayNode: relays === 0 ? packet.from & 0xff : Math.floor(between(random, 1, 256)),
    rxTime: Math.floor(nowMs / 1000),
    rxSnr: Math.round(between(random, -10, 12) * 4) / 4,
    rxRssi: Math.round(between(random, -120, -50)),
    transportMechanism: meshtastic.MeshPacket_TransportMechanism.TRANSPORT_LORA,
  });
