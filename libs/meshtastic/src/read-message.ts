/** Messages out of bytes that a stranger wrote. */
import { fromBinary, ScalarType } from '@bufbuild/protobuf';
import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import { BinaryReader, BinaryWriter, getTextEncoding, WireType } from '@bufbuild/protobuf/wire';

/**
 * The message of the bytes, undefined when they are none.
 * Firmware cuts names at a byte limit, within a character too: text that is not UTF-8 is repaired with U+FFFD,
 * where a strict reader would lose the whole message.
 */
export const readMessage = <S extends DescMessage>(schema: S, bytes: Uint8Array): MessageShape<S> | undefined => {
  try {
    return fromBinary(schema, bytes);
  } catch (error) {
    // The text decoder's own error; bytes that are no message give others.
    return error instanceof TypeError ? readRepaired(schema, bytes) : undefined;
  }
};

const readRepaired = <S extends DescMessage>(schema: S, bytes: Uint8Array): MessageShape<S> | undefined => {
  try {
    return fromBinary(schema, repairText(schema, bytes));
  } catch {
    return undefined;
  }
};

// Meshtastic's messages do not nest themselves: the depth is that of the schema. Throws on bytes that are no message.
const repairText = (schema: DescMessage, bytes: Uint8Array): Uint8Array => {
  const reader = new BinaryReader(bytes);
  const writer = new BinaryWriter();
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    writer.tag(number, wireType);
    if (wireType === WireType.LengthDelimited) writer.bytes(repairField(schema, number, reader.bytes()));
    else writer.raw(reader.skip(wireType, number));
  }
  return writer.finish();
};

const repairField = (schema: DescMessage, number: number, body: Uint8Array): Uint8Array => {
  const field = schema.fields.find((f) => f.number === number);
  if (field?.message !== undefined) return repairText(field.message, body);
  if (field?.scalar !== ScalarType.STRING) return body;
  const { decodeUtf8, encodeUtf8 } = getTextEncoding();
  return encodeUtf8(decodeUtf8(body, false));
};
