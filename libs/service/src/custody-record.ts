/** Records of custody as bytes of the journal: JSON of their fields, then the bytes that stand in them. */

/** Length of the JSON, little endian, in front of it. */
const HEAD_BYTES = 4;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** @param record plain data; bigints and byte arrays come back as what they were. */
export const encodeCustodyRecord = (record: object): Uint8Array => {
  const blobs: Uint8Array[] = [];
  const json = JSON.stringify(record, (_, value: unknown) => {
    if (typeof value === 'bigint') return { $bigint: value.toString() };
    if (value instanceof Uint8Array) {
      blobs.push(value);
      return { $bytes: value.length };
    }
    return value;
  });
  const head = encoder.encode(json);
  const bytes = new Uint8Array(HEAD_BYTES + head.length + blobs.reduce((sum, { length }) => sum + length, 0));
  new DataView(bytes.buffer).setUint32(0, head.length, true);
  bytes.set(head, HEAD_BYTES);
  let at = HEAD_BYTES + head.length;
  for (const blob of blobs) {
    bytes.set(blob, at);
    at += blob.length;
  }
  return bytes;
};

/** @returns undefined for bytes that encodeCustodyRecord did not write: a journal of another version. */
export const decodeCustodyRecord = (bytes: Uint8Array): unknown => {
  if (bytes.length < HEAD_BYTES) return undefined;
  const headBytes = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  let at = HEAD_BYTES + headBytes;
  try {
    const json = decoder.decode(bytes.subarray(HEAD_BYTES, at));
    // Blobs stand in the order in which JSON.stringify met them; JSON.parse revives children in the same order.
    return JSON.parse(json, (_, value: unknown) => {
      if (typeof value !== 'object' || value === null) return value;
      if ('$bigint' in value) return BigInt(value.$bigint as string);
      if (!('$bytes' in value)) return value;
      const from = at;
      at += value.$bytes as number;
      return bytes.slice(from, at);
    });
  } catch {
    return undefined;
  }
};
