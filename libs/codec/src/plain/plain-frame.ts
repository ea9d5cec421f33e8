/** The ports of plain Meshtastic that say something to TAK. */
import { meshtastic } from '@cotbus/contracts';
import { MAX_LATITUDE_I, MAX_LONGITUDE_I } from '../packet/geo.ts';
import { refuse } from '../result.ts';
import { decodeContact } from './contact.ts';
import type { PlainDecoder } from './decoded.ts';
import { readMessage } from './read-message.ts';
import { decodeTelemetry } from './telemetry.ts';
import { buildAlert, buildTextMessage } from './text-message.ts';
import { decodeWaypoint } from './waypoint.ts';

/** The state of the sender holds what the packet says already: here is only looked whether it is one. */
const decodePosition: PlainDecoder = (heard, sender, options) => {
  const position = readMessage(meshtastic.PositionSchema, heard.payload);
  if (position === undefined) return refuse('garbled', 'no Position');
  const { latitudeI = 0, longitudeI = 0 } = position;
  return Math.abs(latitudeI) > MAX_LATITUDE_I || Math.abs(longitudeI) > MAX_LONGITUDE_I
    ? refuse('impossible', `position ${latitudeI}, ${longitudeI} (1e-7 degrees)`)
    : decodeContact(sender, options);
};

const decodeNodeInfo: PlainDecoder = (heard, sender, options) =>
  readMessage(meshtastic.UserSchema, heard.payload) === undefined
    ? refuse('garbled', 'no User')
    : decodeContact(sender, options);

const { PortNum } = meshtastic;

/** By port number. A detection sensor writes sentences: its line is a text like others. */
export const plainDecoders: ReadonlyMap<number, PlainDecoder> = new Map([
  [PortNum.TEXT_MESSAGE_APP, buildTextMessage],
  [PortNum.POSITION_APP, decodePosition],
  [PortNum.NODEINFO_APP, decodeNodeInfo],
  [PortNum.WAYPOINT_APP, decodeWaypoint],
  [PortNum.DETECTION_SENSOR_APP, buildTextMessage],
  [PortNum.ALERT_APP, buildAlert],
  [PortNum.TELEMETRY_APP, decodeTelemetry],
]);
