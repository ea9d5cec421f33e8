/** Whether the host's clock can be right: what the radio's clock and positions with a satellite fix say against it. */
import { meshtastic } from '@cotbus/contracts';
import { readMessage } from './read-message.ts';
import { EARLIEST_MS } from './node-time.ts';
import type { Moment } from './node-time.ts';

/** The firmware writes whole seconds. */
const HALF_SECOND_MS = 500;
/** Of the radio's clock, the newest. */
const MAX_RADIO_SAMPLES = 9;
/** One of each; the one heard longest ago goes first. */
const MAX_GPS_NODES = 32;
/** What was said longer ago may be of a clock that has been set since. */
const KEPT_MS = 60 * 60_000;

/** Milliseconds ahead of our clock; undefined while nobody has said anything. */
interface ClockReading {
  readonly gpsAheadMs: number | undefined;
  readonly gpsNodes: number;
  readonly radioAheadMs: number | undefined;
}

export interface ClockCheck {
  /** A packet just heard over the air; none out of a memory. */
  heard(packet: meshtastic.MeshPacket, now: Moment): void;
  /** By our clock as it is now: setting it changes the reading at once. */
  reading(now: Moment): ClockReading;
}

interface Sample {
  /** What the other clock said, epoch milliseconds. */
  readonly saidMs: number;
  readonly monotonicMs: number;
}

export const createClockCheck = (): ClockCheck => {
  let radio: Sample[] = [];
  const gps = new Map<number, Sample>();
  return {
    heard: (packet, { monotonicMs }) => {
      if (packet.viaMqtt) return;
      const heardMs = timeOf(packet.rxTime);
      if (heardMs !== undefined) {
        radio = [...radio, { saidMs: heardMs, monotonicMs }].slice(-MAX_RADIO_SAMPLES);
      }
      const saidMs = satelliteTime(packet);
      if (saidMs === undefined) return;
      gps.delete(packet.from);
      gps.set(packet.from, { saidMs, monotonicMs });
      const [oldest] = gps.keys();
      if (gps.size > MAX_GPS_NODES && oldest !== undefined) gps.delete(oldest);
    },
    reading: (now) => {
      const ahead = (samples: readonly Sample[]): number[] =>
        samples
          .filter((sample) => now.monotonicMs - sample.monotonicMs < KEPT_MS)
          .map((sample) => sample.saidMs + now.monotonicMs - sample.monotonicMs - now.wallMs);
      const satellites = ahead([...gps.values()]);
      return { gpsAheadMs: middle(satellites), gpsNodes: satellites.length, radioAheadMs: middle(ahead(radio)) };
    },
  };
};

const timeOf = (epochSeconds: number): number | undefined =>
  epochSeconds * 1000 < EARLIEST_MS ? undefined : epochSeconds * 1000 + HALF_SECOND_MS;

/** Position.time of a fix by satellite: a clock set by hand or by a phone proves nothing. */
const satelliteTime = ({ payloadVariant }: meshtastic.MeshPacket): number | undefined => {
  if (payloadVariant.case !== 'decoded' || payloadVariant.value.portnum !== meshtastic.PortNum.POSITION_APP) {
    return undefined;
  }
  const position = readMessage(meshtastic.PositionSchema, payloadVariant.value.payload);
  const { LOC_INTERNAL, LOC_EXTERNAL } = meshtastic.Position_LocSource;
  if (position === undefined) return undefined;
  const { locationSource, time, timestamp } = position;
  const isSatellite = locationSource === LOC_INTERNAL || locationSource === LOC_EXTERNAL || timestamp !== 0;
  return isSatellite && locationSource !== meshtastic.Position_LocSource.LOC_MANUAL
    ? timeOf(time === 0 ? timestamp : time)
    : undefined;
};

/** The median: one wrong clock among several says nothing. */
const middle = (values: readonly number[]): number | undefined => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
};
