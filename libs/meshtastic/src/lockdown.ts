/** FromRadio.lockdown_status (since 2.8, nRF52): whether the radio hides its configuration. */
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** States 1 NEEDS_PROVISION, 2 LOCKED and 4 UNLOCK_FAILED; 3 is UNLOCKED, 5 DISABLED. */
const lockedStates: ReadonlySet<number> = new Set([1, 2, 4]);
const STATE_FIELD = 1;

/** False for bytes that are no such message. */
export const isLocked = (status: Uint8Array): boolean => {
  try {
    const reader = new BinaryReader(status);
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      if (number === STATE_FIELD && wireType === WireType.Varint) return lockedStates.has(reader.uint32());
      reader.skip(wireType, number);
    }
  } catch {
    // Not protobuf: nothing is known.
  }
  return false;
};
