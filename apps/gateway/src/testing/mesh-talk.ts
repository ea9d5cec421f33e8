/** What people on a mesh say, and what a node there is heard to say. */
import { createEventEncoder, createV2Wire, parseEventXml } from '@cotbus/codec';
import { meshtastic } from '@cotbus/contracts';
import type { CotEvent, Dialect } from '@cotbus/contracts';
import { broadcastPacket } from '@cotbus/simulator';
import type { Mesh } from '@cotbus/simulator';
import { createListener } from './heard-events.ts';
import type { HeardEvent } from './heard-events.ts';

const { ATAK_PLUGIN, ATAK_PLUGIN_V2, ATAK_FORWARDER } = meshtastic.PortNum;
const encode = createEventEncoder({ wire: createV2Wire({ dictionaries: [] }), transferId: () => 1 });

/** Of now, good for a quarter of an hour. */
export const eventNow = (uid: string, type: string, detail: string, lat = 47.1): CotEvent => {
  const iso = (offsetMs: number): string => new Date(Date.now() + offsetMs).toISOString();
  const parsed = parseEventXml(
    `<event version="2.0" uid="${uid}" type="${type}" how="m-g" time="${iso(0)}" start="${iso(0)}" stale="${iso(900_000)}">` +
      `<point lat="${lat}" lon="11.2" hae="900" ce="9999999.0" le="9999999.0"/><detail>${detail}</detail></event>`,
  );
  if (!parsed.ok) throw new Error(parsed.detail);
  return parsed.event;
};

export const pliNow = (uid: string, lat?: number): CotEvent =>
  eventNow(uid, 'a-f-G-U-C', `<contact callsign="${uid}" endpoint="*:-1:stcp"/><__group name="Cyan" role="HQ"/>`, lat);

/** A node of the mesh says it. */
export const say = (mesh: Mesh | undefined, from: number, event: CotEvent, dialect: Dialect): void => {
  const encoded = encode(event, { dialect, form: 'raw' });
  if (mesh === undefined || !encoded.ok) throw new Error('no mesh, or no frame');
  for (const { port, payload } of encoded.frames) {
    mesh.transmit(broadcastPacket({ from, id: mesh.nextPacketId(), portnum: port as meshtastic.PortNum, payload }));
  }
};

export interface Overheard extends HeardEvent {
  /** `Data.source` */
  readonly source: number;
}

/** Somebody at the edge of the mesh hears the TAK frames of some nodes. */
export const overhear = (mesh: Mesh, isMeant: (node: number) => boolean, take: (heard: Overheard) => void): void => {
  const listener = createListener();
  const takPorts = new Set<number>([ATAK_PLUGIN, ATAK_PLUGIN_V2, ATAK_FORWARDER]);
  mesh.join({
    num: 0x9999,
    hopsAway: 0,
    hear: (packet) => {
      const { case: what, value } = packet.payloadVariant;
      if (what !== 'decoded' || !isMeant(packet.from) || !takPorts.has(value.portnum)) return;
      for (const heard of listener.hear([packet])) take({ ...heard, source: value.source });
    },
  });
};
