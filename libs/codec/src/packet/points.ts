/** Every position in a packet, so that one off the globe is noticed before anything is drawn. */
import type { PointI } from './geo.ts';
import type { Packet } from './payload.ts';
import { rabAnchor } from './payloads/rab.ts';
import { routePoint } from './payloads/route.ts';
import { buildVertices } from './vertices.ts';

/** The packet's own position, then those of its payload in their order. */
export const packetPoints = (packet: Packet): readonly PointI[] => {
  const { case: name, value } = packet.payloadVariant;
  switch (name) {
    case 'shape':
      return [packet, ...buildVertices(value, packet)];
    case 'route':
      return [packet, ...value.links.map((link) => routePoint(link, packet))];
    case 'rab':
      return [packet, rabAnchor(value, packet) ?? packet];
    default:
      return [packet];
  }
};
