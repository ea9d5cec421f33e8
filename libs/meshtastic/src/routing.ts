/** Port 5: how a packet that was sent ended. */
import { meshtastic } from '@cotbus/contracts';
import { enumName } from './enum-name.ts';
import { readMessage } from './read-message.ts';

export interface RoutingAnswer {
  /** Id of the packet it answers. */
  readonly requestId: number;
  /** Name of Routing.Error, `NONE` for success; the number of one that this version does not know. */
  readonly error: string;
}

/** The answer in a packet's data; undefined when it is not port 5, not about a packet, a route, or garbled. */
export const readRouting = (data: meshtastic.Data): RoutingAnswer | undefined => {
  if (data.portnum !== meshtastic.PortNum.ROUTING_APP || data.requestId === 0) return undefined;
  const routing = readMessage(meshtastic.RoutingSchema, data.payload);
  if (routing === undefined || (routing.variant.case === undefined && routing.$unknown !== undefined)) return undefined;
  return { requestId: data.requestId, error: routingErrorName(routing.variant.value ?? 0) };
};

/** Also of QueueStatus.res, where 33 and 34 mean that there is no radio or that it may not send. */
export const routingErrorName = (error: number): string => enumName(meshtastic.Routing_ErrorSchema, error);
