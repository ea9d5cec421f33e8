import { getTextEncoding } from '@bufbuild/protobuf/wire';
import { deflateSync, gzipSync, zlibSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { buildEventXml } from '../cot/build-event.ts';
import { bytesOf, sampleEvent } from '../testing/samples.ts';
import { decodeMessage } from './message.ts';

const event = sampleEvent();
const xml = buildEventXml(event);
const utf8 = (text: string): Uint8Array => getTextEncoding().encodeUtf8(text);
const typed = (type: number, body: Uint8Array): Uint8Array => Uint8Array.of(type, ...body);
const text = utf8(xml);

describe('a message', () => {
  it.each<[string, Uint8Array]>([
    ['zlib with a type byte, as the phone app sends it', typed(0, zlibSync(text))],
    ['zlib alone, as the plugin sends it', zlibSync(text)],
    ['zlib of another level', zlibSync(text, { level: 1 })],
    ['zlib with the digit 0', typed(0x30, zlibSync(text))],
    ['deflate', deflateSync(text)],
    ['deflate with a type byte', typed(0, deflateSync(text))],
    ['deflate that starts like a type byte: stored', deflateSync(text, { level: 0 })],
    ['plain', text],
    ['plain with a type byte, when the phone cannot compress', typed(0, text)],
    ['with an XML declaration', zlibSync(utf8(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${xml}`))],
    ['with a byte order mark and blanks around', zlibSync(utf8(`\uFEFF \n${xml}\n`))],
  ])('is read: %s', (_, message) => {
    expect(decodeMessage(message)).toEqual({ ok: true, event });
  });

  it('keeps what the sender wrote: vertices, colours, letters of all scripts', () => {
    const detail =
      '<contact callsign="Тропа 🥾"/><link uid="a" callsign="CP1" type="b-m-p-w" point="47.1,11.7,900" relation="c"/>' +
      '<link uid="b" callsign="" type="b-m-p-c" point="47.2,11.8" relation="c"/><strokeColor value="-1"/>';
    const decoded = decodeMessage(zlibSync(utf8(buildEventXml(sampleEvent({ type: 'b-m-r', detail })))));
    expect(decoded).toMatchObject({ ok: true, event: { type: 'b-m-r', detail, callsign: 'Тропа 🥾' } });
  });

  const damaged = zlibSync(text);
  damaged[20] = (damaged[20] ?? 0) ^ 1;
  it.each<[string, Uint8Array, string, RegExp]>([
    ['nothing', new Uint8Array(), 'garbled', /^0 bytes/],
    ['a type byte alone', Uint8Array.of(0), 'garbled', /^1 bytes/],
    ['no compression that is known', utf8('hello, world'), 'garbled', /neither zlib nor deflate nor XML/],
    ['a damaged stream', damaged, 'garbled', /damaged zlib/],
    ['a damaged stream behind a type byte', typed(0, damaged), 'garbled', /damaged zlib/],
    ['a stream cut short', zlibSync(text).subarray(0, 60), 'garbled', /damaged zlib/],
    ['gzip', gzipSync(text), 'garbled', /neither/],
    ['text that is no XML', zlibSync(utf8('hello')), 'garbled', /damaged zlib|neither/],
    ['XML of something else', zlibSync(utf8('<kml/>')), 'garbled', /kml/],
    ['XML that is cut', zlibSync(text.subarray(0, 200)), 'garbled', /XML/],
    ['a document type', zlibSync(utf8(`<!DOCTYPE a>${xml}`)), 'garbled', /declaration/],
    ['bytes that are no UTF-8', typed(0, utf8(xml).with(30, 0xff)), 'garbled', /neither/],
    ['an event without a time', zlibSync(utf8('<event uid="a" type="b"/>')), 'impossible', /time/],
    ['a ping', zlibSync(utf8(xml.replace('a-f-G-U-C', 't-x-c-t'))), 'not_for_tak', /t-x-c-t/],
    ['a file of the plugin', typed(1, utf8('PK\u0003\u0004 zip')), 'unsupported', /a file of 8 bytes/],
    ['a file with the digit 1', typed(0x31, utf8('PK\u0003\u0004')), 'unsupported', /a file of 4 bytes/],
    ['EXI', bytesOf('80422f'), 'unsupported', /EXI/],
    ['EXI with a cookie', utf8('$EXI...'), 'unsupported', /EXI/],
    ['EXI behind a type byte', bytesOf('00a0422f'), 'unsupported', /EXI/],
    ['a bomb', zlibSync(new Uint8Array(200_000).fill(0x3c)), 'too_large', /131072 bytes/],
    ['a bomb without a header', typed(0, deflateSync(new Uint8Array(1e6))), 'too_large', /131072 bytes/],
    ['a bomb of XML', zlibSync(utf8(`<event>${'<a/>'.repeat(30_000)}</event>`)), 'too_large', /elements/],
  ])('is refused: %s', (_, message, reason, detail) => {
    const decoded = decodeMessage(message);
    expect(decoded).toMatchObject({ ok: false, reason });
    expect(!decoded.ok && decoded.detail).toMatch(detail);
  });
});
