/** The channels that a host reads by itself: their keys as AES wants them, and the hashes that packets name them by. */
import { base64Decode, getTextEncoding } from '@bufbuild/protobuf/wire';
import { KeyKind } from '@cotbus/contracts';
import { keyKind } from '../channel-key.ts';

/** The key that every radio is delivered with, the one with the number 1. Others differ in the last byte. */
const defaultKey = base64Decode('1PG7OiApB1nwvP+rz05pAQ==');

const AES_128_BYTES = 16;
const AES_256_BYTES = 32;

export interface ChannelSetting {
  /** As the firmware uses it: never empty, see channelName. */
  readonly name: string;
  /** ChannelSettings.psk, 0 to 32 bytes. */
  readonly psk: Uint8Array;
}

export interface ChannelSecret {
  /** Place in the settings, as the index on a radio. */
  readonly index: number;
  readonly name: string;
  /** 0 (not encrypted), 16 or 32 bytes. */
  readonly key: Uint8Array;
  readonly keyKind: KeyKind;
  /** 0 to 255; different channels may share one. */
  readonly hash: number;
}

/** @param settings the primary channel first. One without a key uses the primary's. */
export const openChannels = (settings: readonly ChannelSetting[]): readonly ChannelSecret[] =>
  settings.map(({ name, psk: own }, index) => {
    const psk = own.length === 0 ? (settings[0]?.psk ?? own) : own;
    const key = expandKey(psk);
    return { index, name, key, keyKind: keyKind(psk), hash: channelHash(name, key) };
  });

/**
 * The AES key that a ChannelSettings.psk stands for: 0, 16 or 32 bytes. One byte is the number of a well-known key, 0
 * for none; what has no length of AES is filled up with zeros, and what is longer than 32 bytes is cut.
 */
export const expandKey = (psk: Uint8Array): Uint8Array => {
  const number = psk[0] ?? 0;
  if (psk.length === 0 || (psk.length === 1 && number === 0)) return new Uint8Array();
  if (psk.length === 1) {
    const key = Uint8Array.from(defaultKey);
    key[AES_128_BYTES - 1] = (key[AES_128_BYTES - 1] ?? 0) + number - 1;
    return key;
  }
  const key = new Uint8Array(psk.length <= AES_128_BYTES ? AES_128_BYTES : AES_256_BYTES);
  key.set(psk.subarray(0, key.length));
  return key;
};

/** MeshPacket.channel of an encrypted packet: all bytes of name (UTF-8) and key in exclusive or. @param key expanded. */
export const channelHash = (name: string, key: Uint8Array): number =>
  xorOf(getTextEncoding().encodeUtf8(name)) ^ xorOf(key);

const xorOf = (bytes: Uint8Array): number => bytes.reduce((hash, byte) => hash ^ byte, 0);
