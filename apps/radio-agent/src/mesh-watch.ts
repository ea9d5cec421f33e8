/**
 * What an agent notices about its mesh beside the frames themselves: when somebody was last heard, what the clocks of the mesh
 * say, and what could not be read. It goes into the agent's status, for `cotbus doctor` and the console.
 */
import type { meshtastic } from '@cotbus/contracts';
import { createClockCheck, createUnreadCounts } from '@cotbus/meshtastic';
import type { Moment, UnreadRow } from '@cotbus/meshtastic';
import type { Clock } from '@cotbus/service';

const MINUTE_MS = 60_000;
/** Of those not read, the most frequent. */
const MAX_UNREAD = 16;

export interface MeshFacts {
  /** Since a packet of another node came; undefined when none did since the agent started. */
  readonly heardAgeMs: number | undefined;
  /** Since the link opened; 0 while it is not. */
  readonly listeningMs: number;
  readonly gpsAheadMs: number | undefined;
  readonly gpsNodes: number;
  readonly radioAheadMs: number | undefined;
  readonly unread: readonly (UnreadRow & { readonly ageMs: number })[];
}

export interface MeshWatch {
  /** A packet came; `own` is the number of the attached radio. @param replayed out of the radio's memory */
  packet(packet: meshtastic.MeshPacket, own: number | undefined, replayed: boolean): void;
  /** The radio could not read it. */
  unread(packet: meshtastic.MeshPacket): void;
  linkOpened(): void;
  linkClosed(): void;
  facts(): MeshFacts;
  /** Nobody was heard for so long; undefined while that is no alarm. */
  silence(): string | undefined;
}

/**
 * @param silentMinutes 0 = never an alarm.
 * @param uplinkUnread what an uplink could not read; it counts by itself.
 */
export const createMeshWatch = ({
  clock,
  silentMinutes,
  uplinkUnread = () => [],
}: {
  readonly clock: Clock;
  readonly silentMinutes: number;
  readonly uplinkUnread?: () => readonly UnreadRow[];
}): MeshWatch => {
  const clocks = createClockCheck();
  const unread = createUnreadCounts();
  let heardMs: number | undefined;
  let openedMs: number | undefined;
  const now = (): Moment => ({ monotonicMs: clock.monotonic(), wallMs: clock.now() });
  const since = (ms: number | undefined): number | undefined =>
    ms === undefined ? undefined : Math.max(0, clock.monotonic() - ms);

  return {
    packet: (packet, own, replayed) => {
      if (replayed) return;
      clocks.heard(packet, now());
      if (packet.from !== own) heardMs = clock.monotonic();
    },
    unread: ({ channel: hash, pkiEncrypted, from: lastFrom }) => {
      const reason = pkiEncrypted ? 'pki' : 'channel_unknown';
      unread.note({ channel: '', hash, reason, lastFrom }, clock.monotonic());
    },
    linkOpened: () => {
      openedMs ??= clock.monotonic();
    },
    linkClosed: () => {
      openedMs = undefined;
    },
    facts: () => ({
      heardAgeMs: since(heardMs),
      listeningMs: since(openedMs) ?? 0,
      ...clocks.reading(now()),
      unread: [...unread.rows(), ...uplinkUnread()]
        .toSorted((a, b) => b.packets - a.packets)
        .slice(0, MAX_UNREAD)
        .map((row) => ({ ...row, ageMs: since(row.lastMs) ?? 0 })),
    }),
    silence: () => {
      const listened = since(openedMs);
      if (silentMinutes === 0 || listened === undefined) return undefined;
      const silentMs = Math.min(listened, since(heardMs) ?? Number.POSITIVE_INFINITY);
      if (silentMs < silentMinutes * MINUTE_MS) return undefined;
      const minutes = Math.floor(silentMs / MINUTE_MS);
      return heardMs === undefined
        ? `nobody heard since the link opened, ${minutes} min`
        : `nobody heard for ${minutes} min`;
    },
  };
};
