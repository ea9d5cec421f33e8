export { addFlowTag, flowTags } from './cot/flow-tags.ts';
export { buildEventXml, buildTreeXml } from './cot/build-event.ts';
export { contentHash } from './cot/content-hash.ts';
export {
  attribute,
  attributesOf,
  buildElements,
  element,
  escapeXml,
  hasAttribute,
  lastNamed,
  remarksText,
  textOf,
  withAttribute,
} from './cot/element.ts';
export type { Element } from './cot/element.ts';
export { eventOfTree, treeOfEvent } from './cot/event-tree.ts';
export type { EventTree } from './cot/event-tree.ts';
export { ALL_CHAT_ROOMS, buildChatLine, buildChatUid, STREAM_ENDPOINT } from './cot/geo-chat.ts';
export { isControl, isFileShare } from './cot/kind.ts';
export { pointLinks } from './cot/links.ts';
export { parseDecimal, parseInteger32 } from './cot/number.ts';
export { parseEventXml, parseEventTree } from './cot/parse-event.ts';
export { parseDetail } from './cot/parse-xml.ts';
export { buildEventTime } from './cot/event-time.ts';
export { stampEvent, stampTree } from './cot/stamp.ts';
export { createFrameDecoder } from './decode-frame.ts';
export type { DecodeFrame } from './decode-frame.ts';
export { createEventEncoder } from './encode-event.ts';
export type { EncodeEvent, SendAs } from './encode-event.ts';
export { fitEvent, fitPacket } from './fit/fit.ts';
export { fitFrames } from './fit/fit-frames.ts';
export { stripPacket } from './fit/strip.ts';
export { readAck } from './forwarder/ack.ts';
export { createFountainAssembler } from './forwarder/assembler.ts';
export { encodeForwarder } from './forwarder/forwarder.ts';
export { fragmentOf } from './forwarder/fragment.ts';
export { createV2Wire } from './frame/v2-frame.ts';
export type { V2Wire } from './frame/v2-frame.ts';
export { decodePacket } from './packet/bytes/decode.ts';
export { encodePacket } from './packet/bytes/encode.ts';
export { buildEvent, modelledPacket, packetOfTree, parsePacket, treeOfPacket } from './packet/packet.ts';
export { roleText, teamText } from './packet/team.ts';
export { PROFILE_A, PROFILE_B } from './packet/profile.ts';
export type { PacketProfile } from './packet/profile.ts';
export { isCallsignPattern, isContactType, isUidPattern, PLAIN_DEFAULTS } from './plain/options.ts';
export type { NodeOverride, PlainOptions } from './plain/options.ts';
export type { Refused } from './result.ts';
export type { FitOptions, FittedFrame } from './fit/fit.ts';
export { STRIP_PARTS } from './fit/strip.ts';
export type { StripPart } from './fit/strip.ts';
export { createRouteJoiner } from './route/join-route.ts';
export type { JoinedRoute, RouteJoiner } from './route/join-route.ts';
export { MAX_ROUTE_PARTS } from './route/part-mark.ts';
export { ROUTE_SPLITTING } from './route/split-route.ts';
export type { RouteSplitting } from './route/split-route.ts';
export { tellingPlaces } from './route/telling-places.ts';
export { roleOfName, teamOfName } from './tak-v1/team-names.ts';
export { AtakPalette, Team } from './sdk/atak-palette.ts';
export { CodecError } from './sdk/codec-error.ts';
export { buildCotXml, parseCotXml } from './sdk/cot-xml.ts';
export { CotTypeMapper } from './sdk/cot-type-mapper.ts';
export { TakCompressor } from './sdk/tak-compressor.ts';
export type { CompressionStats, CompressorParts } from './sdk/tak-compressor.ts';
export type { TakPacket, TakPacketInit } from './sdk/tak-packet.ts';
export type { Dictionary } from './wire/dictionary.ts';
export type { Zstd, ZstdDictionary } from './wire/zstd.ts';
export { decodeUnishox2 } from './unishox2/decode.ts';
export { encodeUnishox2 } from './unishox2/encode.ts';
