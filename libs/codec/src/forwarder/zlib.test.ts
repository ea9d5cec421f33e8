import { getTextEncoding } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { deflateSync, zlibSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { MAX_INFLATED_BYTES, MAX_TRANSFER_BYTES } from '../limits.ts';
import { bytesOf } from '../testing/samples.ts';
import { deflateZlib, inflateRaw, inflateZlib, isZlib } from './zlib.ts';

// What the phone app sends behind the type byte of a direct message.
const PHONE =
  '789c358e4b0ec2300c05afe29d57490842ea26c91910370869d45aca4fd414717b5c100b6b36334f7679cf8d61cf8f8d7af378d6278427cd' +
  '1eab45e0f7c81eefaaaaa1365511d6fef2b8aa45915cc7e04627c94b648f97494b528e156bf524729458e692c00acb8f26b83973a4125cea' +
  '8d636248b1948d16296f57b08761fe8af93e183eb53c32b6';
const PHONE_XML =
  "<event version='2.0' uid='m1' type='b-m-p-s-m' how='h-g-i-g-o'><point lat='47.1' lon='11.7' hae='0' ce='10' " +
  "le='10'/><detail><contact callsign='RP 1'/></detail></event>";

const damaged = { ok: false, fault: 'damaged' };
const tooLarge = { ok: false, fault: 'too_large' };

describe('zlib', () => {
  it('of the phone app is read', () => {
    const inflated = inflateZlib(bytesOf(PHONE));
    expect(inflated.ok && getTextEncoding().decodeUtf8(inflated.bytes)).toBe(PHONE_XML);
    expect([PHONE_XML.length, PHONE.length / 2 + 1]).toEqual([168, 137]);
  });

  it('goes both ways, in one step or many', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4000 }), (bytes) => {
        expect(inflateZlib(deflateZlib(bytes))).toEqual({ ok: true, bytes });
        expect(inflateRaw(deflateSync(bytes))).toEqual({ ok: true, bytes });
      }),
    );
  });

  it('that was changed on its way is refused, whatever the change', () => {
    const bytes = bytesOf(PHONE);
    for (const at of bytes.keys()) {
      expect(inflateZlib(bytes.with(at, (bytes[at] ?? 0) ^ 0x10)), `byte ${at}`).toEqual(damaged);
      expect(inflateZlib(bytes.subarray(0, at)), `${at} bytes`).toEqual(damaged);
    }
  });

  it('is told by its header', () => {
    const headers = ['7801', '785e', '789c', '78da', '4889', '78bb', '789d', '799c', '889c', '', '78'];
    expect(headers.filter((hex) => isZlib(bytesOf(hex)))).toEqual(['7801', '785e', '789c', '78da', '4889']);
  });

  it('is inflated up to a bound', () => {
    const most = new Uint8Array(MAX_INFLATED_BYTES);
    const more = new Uint8Array(MAX_INFLATED_BYTES + 1);
    expect(inflateZlib(zlibSync(most))).toMatchObject({ ok: true, bytes: { length: MAX_INFLATED_BYTES } });
    expect(inflateZlib(zlibSync(more))).toEqual(tooLarge);
    expect(inflateRaw(deflateSync(more))).toEqual(tooLarge);
  });

  it('that is a bomb as long as a transfer can be is given up soon', () => {
    // The middle of compressed zeros is one byte again and again, 1032 zeros each: 66 MB with more of it.
    const zeros = deflateSync(new Uint8Array(200_000));
    const bomb = new Uint8Array(MAX_TRANSFER_BYTES).fill(zeros[100] ?? 0);
    bomb.set(zeros.subarray(0, 100));
    bomb.set(zeros.subarray(100), bomb.length - zeros.length + 100);
    expect(inflateRaw(bomb)).toEqual(tooLarge);
  });

  it('of any bytes is bytes or a fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        for (const inflate of [inflateRaw, inflateZlib]) expect(inflate(bytes)).toHaveProperty('ok');
        expect(inflateZlib(Uint8Array.of(0x78, 0x9c, ...bytes))).toHaveProperty('ok');
      }),
      { numRuns: 500 },
    );
  });
});
