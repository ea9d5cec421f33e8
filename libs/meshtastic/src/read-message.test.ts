import { create, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, getTextEncoding, WireType } from '@bufbuild/protobuf/wire';
import { meshtastic } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMessage } from './read-message.ts';
import { decodeFromRadio, decodeToRadio } from './stream-message.ts';

const { FromRadioSchema, ToRadioSchema, UserSchema } = meshtastic;
/** A name whose last character was cut in two. */
const cutName = getTextEncoding().encodeUtf8('Größe🔔').subarray(0, -1);
const userBytes = new BinaryWriter()
  .tag(2, WireType.LengthDelimited)
  .bytes(cutName)
  .tag(5, WireType.Varint)
  .uint32(9)
  .finish();

describe('readMessage', () => {
  it('repairs text that is not UTF-8, at any depth, and keeps the rest', () => {
    expect(readMessage(UserSchema, userBytes)).toEqual(create(UserSchema, { longName: 'Größe\ufffd', hwModel: 9 }));
    const info = new BinaryWriter()
      .tag(1, WireType.Varint)
      .uint32(7)
      .tag(2, WireType.LengthDelimited)
      .bytes(userBytes)
      .finish();
    const message = decodeFromRadio(new BinaryWriter().tag(4, WireType.LengthDelimited).bytes(info).finish());
    expect(message?.payloadVariant.value).toMatchObject({ num: 7, user: { longName: 'Größe\ufffd', hwModel: 9 } });
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 512 }), (bytes) => {
        const message = readMessage(FromRadioSchema, bytes);
        expect(message === undefined || message.$typeName === 'meshtastic.FromRadio').toBe(true);
      }),
    );
  });
});

describe('a message of the stream', () => {
  it('is read in both directions', () => {
    const from = create(FromRadioSchema, { payloadVariant: { case: 'configCompleteId', value: 69420 } });
    const to = create(ToRadioSchema, { payloadVariant: { case: 'heartbeat', value: {} } });
    expect(decodeFromRadio(toBinary(FromRadioSchema, from))).toEqual(from);
    expect(decodeToRadio(toBinary(ToRadioSchema, to))).toEqual(to);
  });

  it('is one too when only a newer version knows its variant', () => {
    expect(decodeFromRadio(Uint8Array.of(0xfa, 0x01, 0x01, 0x00))?.$unknown?.map((field) => field.no)).toEqual([31]);
  });

  it.each([
    ['nothing', []],
    ['an id alone', [0x08, 0x05]],
    ['a field that ends too early', [0x12, 0x05, 0x01]],
    ['the end of a group', [0x94, 0xc3, 0x00, 0x01]],
  ])('is not %s', (_, bytes) => {
    expect(decodeFromRadio(Uint8Array.from(bytes))).toBeUndefined();
  });
});
