import { AtakPalette, CodecError, CotTypeMapper, Team, parseCotXml } from '@cotbus/codec';

/** One line for a person. */
export const describeEvent = (xml: string): string => {
  try {
    const packet = parseCotXml(xml);
    const place = `${packet.latitudeI / 1e7}, ${packet.longitudeI / 1e7}`;
    if (packet.chat) return `${packet.chat.toCallsign} says: ${packet.chat.message}`;
    if (packet.rab) return `${packet.rab.rangeCm / 100} m at ${packet.rab.bearingCdeg / 100} degrees from ${place}`;
    if (packet.marker?.color === Team.Red) return `a red mark at ${place}, ARGB ${AtakPalette.teamToArgb(Team.Red)}`;
    return `${CotTypeMapper.enumToType(packet.cotTypeId) ?? packet.cotTypeStr} at ${place}`;
  } catch (error) {
    if (error instanceof CodecError) return `no event: ${error.reason}`;
    throw error;
  }
};
