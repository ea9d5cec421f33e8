/** The gateway itself as a TAK user: what a server knows its connection by, and what shows it on maps. */
import { create } from '@bufbuild/protobuf';
import { buildElements, buildEventXml, element, STREAM_ENDPOINT } from '@cotbus/codec';
import { CotEventSchema, Kind } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import { VERSION } from '@cotbus/service';
import type { Clock } from '@cotbus/service';
import type { TakEgressOptions } from './options.ts';
import type { Outgoing } from './outgoing.ts';

const UNKNOWN_M = 9_999_999;
/** Reports of the last quarter of an hour, to each link when it opens. */
const MAX_KNOWN = 256;

export interface Identity {
  readonly uid: string;
  /** Its report of now, to hold for two intervals of the sync and a little. */
  report(): Outgoing;
  /** Whether it made a report with this time, epoch milliseconds; of many, the newest are known. */
  hasReported(timeMs: number): boolean;
}

type IdentityParts = Pick<TakEgressOptions, 'name' | 'identity' | 'syncIntervalSeconds' | 'opex'>;

/** @param tag our flow tag: what a server sends back of it is known by it. */
export const createIdentity = (parts: IdentityParts, tag: string, clock: Clock): Identity => {
  const { name, identity, syncIntervalSeconds, opex = '' } = parts;
  const { callsign, uid = `COTBUS-${name}`, type, team, role, lat, lon, haeM } = identity;
  const staleMs = (2 * syncIntervalSeconds + 15) * 1000;
  const detail = (nowMs: number): string =>
    buildElements([
      element('takv', takvOf()),
      element('contact', { callsign, endpoint: STREAM_ENDPOINT }),
      element('uid', { Droid: callsign }),
      element('__group', { name: team, role }),
      element('precisionlocation', { geopointsrc: 'USER', altsrc: haeM === undefined ? '???' : 'USER' }),
      element('_flow-tags_', { [tag]: new Date(nowMs).toISOString() }),
    ]);
  const eventAt = (nowMs: number): CotEvent =>
    create(CotEventSchema, {
      uid,
      type,
      // Entered by a person, or nothing is known.
      how: 'h-e',
      kind: Kind.PLI,
      timeMs: nowMs,
      startMs: nowMs,
      staleMs: nowMs + staleMs,
      lat: lat ?? 0,
      lon: lon ?? 0,
      hae: haeM ?? UNKNOWN_M,
      ce: UNKNOWN_M,
      le: UNKNOWN_M,
      detail: detail(nowMs),
      callsign,
      opex,
    });
  const reported = new Set<number>();
  return {
    uid,
    hasReported: (timeMs) => reported.has(timeMs),
    report: () => {
      const event = eventAt(clock.now());
      reported.add(event.timeMs);
      for (const oldest of reported) if (reported.size > MAX_KNOWN) reported.delete(oldest);
      return { event, xml: buildEventXml(event), staleMs: clock.monotonic() + staleMs };
    },
  };
};

/** As TAK shows who somebody's client is. */
export const takvOf = () => ({
  device: 'Meshtastic gateway',
  platform: 'Cotbus',
  os: process.platform,
  version: VERSION,
});
