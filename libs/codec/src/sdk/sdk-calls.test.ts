/** The calls of the TAKPacket-SDK, as its users write them. */
import { sdkFixtures, sdkFolder } from '@cotbus/testkit';
import { findDictionaries, INSTALL_FOLDER, openZstd, usableDictionaries } from '@cotbus/zstd';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { eventXml } from '../testing/packets.ts';
import { NOON_MS } from '../testing/samples.ts';
import { decodePacket } from '../packet/bytes/decode.ts';
import { PROFILE_B } from '../packet/profile.ts';
import { sdkDictionaries } from '../wire/testing/sdk-files.ts';
import { AtakPalette, Team } from './atak-palette.ts';
import { CodecError } from './codec-error.ts';
import { CotTypeMapper } from './cot-type-mapper.ts';
import { buildCotXml, parseCotXml } from './cot-xml.ts';
import { TakCompressor } from './tak-compressor.ts';

const zstd = openZstd();
const own = usableDictionaries(findDictionaries(INSTALL_FOLDER)).filter(({ generation }) => generation === 'c');

const LINE =
  '<range value="1250.5"/><bearing value="135"/><link uid="A1" type="b-m-p-w" relation="p-p" point="1.5,2.25"/>' +
  '<contact callsign="R&amp;B 1"/><strokeColor value="-65536"/>';
const RECEIPT =
  '<__chatreceipt id="All Chat Rooms" senderCallsign="ETHEL"/><link uid="M-7" relation="p-p" type="b-t-f"/>';
const DRAWING = '<link point="1,2"/><link point="1.001,2.002"/><link point="0.999,2.001"/><strokeColor value="-1"/>';

describe('parseCotXml', () => {
  it('gives fields and payload by their names', () => {
    const packet = parseCotXml(eventXml('u-rb-a', LINE));
    expect(packet.rab).toBeDefined();
    if (!packet.rab) return;
    const { rab } = packet;
    expect(rab.rangeCm / 100).toBe(1250.5);
    expect(rab.bearingCdeg / 100).toBe(135);
    expect(((packet.latitudeI + (rab.anchor?.latDeltaI ?? 0)) / 1e7).toFixed(6)).toBe('1.500000');
    expect(((packet.longitudeI + (rab.anchor?.lonDeltaI ?? 0)) / 1e7).toFixed(6)).toBe('2.250000');
    expect(packet.callsign).toBe('R&B 1');
    expectTypeOf(rab.rangeCm).toBeNumber();
  });

  it.each([
    ['b-t-f-d', RECEIPT, 'delivered M-7'],
    ['b-t-f-r', RECEIPT, 'read M-7'],
    ['b-t-f', '<__chat id="Blue" senderCallsign="ETHEL"/><remarks>007</remarks>', 'ETHEL: 007'],
  ])('tells chat lines of type %s apart', (type, detail, said) => {
    const { chat } = parseCotXml(eventXml(type, detail));
    if (chat === undefined) throw new Error('no chat');
    const heard =
      chat.receiptType === 1
        ? `delivered ${chat.receiptForUid}`
        : chat.receiptType === 2
          ? `read ${chat.receiptForUid}`
          : `${chat.toCallsign}: ${chat.message}`;
    expect(heard).toBe(said);
  });

  it('has the field choices of the SDK, or of a profile', () => {
    const drawn = parseCotXml(eventXml('u-d-f', DRAWING)).shape;
    expect(drawn?.vertices).toMatchObject([{}, { latDeltaI: 10_000, lonDeltaI: 20_000 }, { latDeltaI: -10_000 }]);
    expect(drawn).toMatchObject({ strokeColor: Team.White, strokeArgb: 0xffffffff });
    expect(parseCotXml(eventXml('a-f-G-U-C', '')).pli).toBe(true);
    const deletion = eventXml('t-x-d-d', '<link uid="X" relation="p-p"/>');
    expect(parseCotXml(deletion).rawDetail).toBeUndefined();
    expect(parseCotXml(deletion, PROFILE_B).rawDetail).toBeInstanceOf(Uint8Array);
  });

  it.each([
    ['<event', 'garbled'],
    ['<!DOCTYPE a><event/>', 'garbled'],
    ['<foo/>', 'garbled'],
    [eventXml('a-f-G-U-C', '', 'lat="95" lon="0"'), 'impossible'],
    [eventXml('?', ''), 'impossible'],
    ['x'.repeat(2_000_000), 'too_large'],
  ])('throws why there is none: %.40s', (xml, reason) => {
    expect(() => parseCotXml(xml)).toThrow(CodecError);
    expect(() => parseCotXml(xml)).toThrow(
      expect.objectContaining({ reason, message: expect.stringContaining(`${reason}: `) as string }),
    );
  });
});

describe('buildCotXml', () => {
  it('counts from the time it is given', () => {
    const xml = buildCotXml(parseCotXml(eventXml('a-f-G-U-C', '<contact callsign="A"/>')), NOON_MS);
    expect(xml).toContain(
      'time="2026-03-15T14:22:10.000Z" start="2026-03-15T14:22:10.000Z" stale="2026-03-15T14:23:10.000Z"',
    );
    expect(xml).toContain('<contact callsign="A"');
  });

  it('counts from now without one', () => {
    const time = /time="([^"]+)"/.exec(buildCotXml({ uid: 'U', cotTypeId: 1 }))?.[1] ?? '';
    expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(60_000);
  });

  it('makes an event of the fewest fields', () => {
    const line = { uid: 'U', cotTypeId: CotTypeMapper.typeToEnum('b-t-f'), chat: { message: 'hi', toCallsign: 'ME' } };
    expect(buildCotXml(line, NOON_MS)).toContain('>hi</remarks>');
  });

  it.each([
    [{ cotTypeId: 1 }, 'impossible'],
    [{ uid: 'U' }, 'impossible'],
    [{ uid: 'U', cotTypeId: 1, latitudeI: 91e7 }, 'impossible'],
    [{ uid: 'U', cotTypeId: 1, rawDetail: new TextEncoder().encode('</detail>') }, 'garbled'],
  ])('throws why there is none: %j', (packet, reason) => {
    expect(() => buildCotXml(packet)).toThrow(expect.objectContaining({ name: 'CodecError', reason }));
  });

  it('takes no packet with two payloads', () => {
    expect(() => buildCotXml({ uid: 'U', cotTypeId: 1, chat: {}, marker: {} })).toThrow(TypeError);
  });
});

describe('TakCompressor', () => {
  it('sends and reads uncompressed without zstd', async () => {
    const compressor = new TakCompressor();
    const packet = parseCotXml(eventXml('u-rb-a', LINE));
    const wirePayload = await compressor.compress(packet);
    expect(wirePayload[0]).toBe(0xff);
    const received = await compressor.decompress(wirePayload);
    expect(received).toEqual(packet);
    expect(buildCotXml(received, NOON_MS)).toBe(buildCotXml(packet, NOON_MS));
  });

  it('writes drawings so that readers of today find their vertices, and reads both forms', async () => {
    const compressor = new TakCompressor();
    const packet = parseCotXml(eventXml('u-d-f', DRAWING));
    const { shape } = await compressor.decompress(await compressor.compress(packet));
    expect(shape).toEqual(packet.shape);
    const written = decodePacket((await compressor.compress(packet)).subarray(1));
    expect(written?.payloadVariant.value).toMatchObject({ vertices: [], vertexLatDeltas: [0, 10_000, -10_000] });
  });

  it.each([
    ['fits', 'short', 225, 'short'],
    ['fits without its remarks', 'x'.repeat(300), 225, ''],
    ['fits into what it is told', 'x'.repeat(300), 500, 'x'.repeat(300)],
  ])('falls back to no remarks: %s', async (_, remarks, maxWireBytes, said) => {
    const compressor = new TakCompressor();
    const packet = { ...parseCotXml(eventXml('u-rb-a', LINE)), remarks };
    const wirePayload = await compressor.compressWithRemarksFallback(packet, maxWireBytes);
    if (wirePayload === null) throw new Error('nothing');
    expect(wirePayload.length).toBeLessThanOrEqual(maxWireBytes);
    expect((await compressor.decompress(wirePayload)).remarks).toBe(said);
  });

  it('gives null when nothing helps', async () => {
    const compressor = new TakCompressor();
    const long = { uid: 'U', cotTypeId: 25, chat: { message: 'x'.repeat(300) } };
    expect(await compressor.compressWithRemarksFallback(long)).toBeNull();
    expect(await compressor.compressWithRemarksFallback({ ...long, remarks: 'r' })).toBeNull();
    expect((await compressor.compress(long)).length).toBeGreaterThan(225);
  });

  it('rejects what cannot be done', async () => {
    const compressor = new TakCompressor();
    const missing = { name: 'CodecError', reason: 'dictionary_missing' };
    await expect(
      compressor.decompress(Uint8Array.of(0, 0x28, 0xb5, 0x2f, 0xfd, 0x23, 0, 0, 0, 0)),
    ).rejects.toMatchObject(missing);
    await expect(new TakCompressor({ form: 'a' }).compress({ uid: 'U' })).rejects.toMatchObject(missing);
    await expect(compressor.decompress(new Uint8Array(0))).rejects.toMatchObject({ reason: 'garbled' });
    await expect(compressor.compress({ uid: 'x'.repeat(5000) })).rejects.toMatchObject({ reason: 'too_large' });
  });

  it('writes a type without a number in generation A as text', async () => {
    const written = new TakCompressor({
      zstd,
      dictionaries: own.map((d) => ({ ...d, generation: 'a', number: d.use === 'air' ? 1 : 0 })),
      form: 'a',
    });
    if (zstd === undefined) return;
    const packet = await written.decompress(await written.compress({ uid: 'U', cotTypeId: 125 }));
    expect(packet).toMatchObject({ cotTypeId: 0, cotTypeStr: 'm-t-t' });
  });

  it.skipIf(zstd === undefined)('tells what compression gained', async () => {
    const compressor = new TakCompressor({ zstd, dictionaries: own, form: 'c' });
    const packet = {
      ...parseCotXml(eventXml('a-f-G-U-C', '<contact callsign="A"/>')),
      remarks: 'Vehicle parked at the trailhead. '.repeat(8),
    };
    const stats = await compressor.compressWithStats(packet);
    expect(stats).toMatchObject({ dictId: 0x3d, dictName: 'non-aircraft', compressedSize: stats.wirePayload.length });
    expect(stats.compressedSize).toBeLessThan(stats.protobufSize);
    const flight = await compressor.compressWithStats({ ...packet, cotTypeId: CotTypeMapper.typeToEnum('a-n-A-C-F') });
    expect(flight).toMatchObject({ dictId: 0x3e, dictName: 'aircraft' });
    const plain = await new TakCompressor().compressWithStats(packet);
    expect(plain).toMatchObject({ dictId: 255, dictName: 'uncompressed', compressedSize: plain.protobufSize + 1 });
    expect((await compressor.decompress(stats.wirePayload)).remarks).toBe(packet.remarks);
  });
});

describe.skipIf(sdkFolder() === undefined || zstd === undefined)('fixtures of the SDK', () => {
  const compressor = new TakCompressor({ zstd, dictionaries: sdkDictionaries() });

  it.each(sdkFixtures())('$name comes back as the event it was', async ({ xml, packet, frame }) => {
    const parsed = parseCotXml(xml);
    const wirePayload = await compressor.compress(parsed);
    expect(wirePayload.length).toBeLessThanOrEqual(Math.min(frame.length, packet.length + 1));
    const received = await compressor.decompress(wirePayload);
    expect(received).toEqual(parsed);
    expect(buildCotXml(received, NOON_MS)).toBe(buildCotXml(parsed, NOON_MS));
  });
});

describe('CotTypeMapper', () => {
  it.each([
    ['a-f-G-U-C', 1, false],
    ['a-n-A-C-F', 3, true],
    ['b-r-f-h-c', 26, false],
    ['b-m-p-w-GOTO', 113, false],
    ['y-', 126, false],
  ])('%s is %i', (type, id, isAircraft) => {
    expect(CotTypeMapper.typeToEnum(type)).toBe(id);
    expect(CotTypeMapper.enumToType(CotTypeMapper.typeToEnum(type))).toBe(type);
    expect(CotTypeMapper.isAircraft(type)).toBe(isAircraft);
    expect(CotTypeMapper.isAircraft(CotTypeMapper.typeToEnum(type))).toBe(isAircraft);
  });

  it('knows what it does not know', () => {
    expect(CotTypeMapper.typeToEnum('constructor')).toBe(0);
    expect(CotTypeMapper.enumToType(0)).toBeUndefined();
    expect(CotTypeMapper.howToEnum('h-g-i-g-o')).toBe(3);
    expect(CotTypeMapper.enumToHow(3)).toBe('h-g-i-g-o');
    expect(CotTypeMapper.howToEnum('toString')).toBe(0);
    expect(CotTypeMapper.enumToHow(0)).toBeUndefined();
    expect(CotTypeMapper.isAircraft('a-x-A-new')).toBe(true);
  });
});

describe('AtakPalette', () => {
  it('knows all fourteen colours both ways', () => {
    for (let team = 1; team <= 14; team += 1) {
      const argb = AtakPalette.teamToArgb(team as Team) ?? 0;
      expect(argb >>> 24).toBe(0xff);
      expect(AtakPalette.argbToTeam(argb)).toBe(team);
      expect(AtakPalette.argbToTeam(argb | 0)).toBe(team);
    }
    expect(AtakPalette.argbToTeam(0xffffffff)).toBe(Team.White);
    expect(AtakPalette.teamToArgb(Team.Red)).toBe(0xffff0000);
    expect(AtakPalette.argbToTeam(0x12345678)).toBe(Team.Unspecifed_Color);
    expect(AtakPalette.teamToArgb(Team.Unspecifed_Color)).toBeUndefined();
  });
});
