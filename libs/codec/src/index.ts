export { addFlowTag, flowTags } from './cot/flow-tags.ts';
export { buildCotXml } from './cot/build-event.ts';
export { contentHash } from './cot/content-hash.ts';
export { decodeFrame } from './decode-frame.ts';
export { encodeEvent } from './encode-event.ts';
export { isControl } from './cot/kind.ts';
export { parseCotXml } from './cot/parse-event.ts';
export { stampEvent } from './cot/stamp.ts';
export type { Refused } from './result.ts';
