/** Short ASCII texts, which most of ours are, cost less to write byte by byte than to hand to the encoder of the platform. */
import { configureTextEncoding, getTextEncoding } from '@bufbuild/protobuf/wire';

/** Characters above which the encoder of the platform is faster. */
const MAX_SHORT = 48;

const encodeAscii = (text: string): Uint8Array<ArrayBuffer> | undefined => {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) return undefined;
    bytes[at] = code;
  }
  return bytes;
};

const platform = getTextEncoding();

configureTextEncoding({
  ...platform,
  encodeUtf8: (text) => (text.length <= MAX_SHORT ? encodeAscii(text) : undefined) ?? platform.encodeUtf8(text),
});
