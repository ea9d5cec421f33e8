import { BROADCAST, Dialect, Kind } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyEvent, anyPli, sampleEvent, sampleFrame } from './testing/samples.ts';
import { decodeFrame, encodeEvent } from './testing/raw-codec.ts';

describe('encodeEvent', () => {
  /** A uid is never cut. */
  const tooLong = sampleEvent({ uid: 'u'.repeat(240) });

  it('gives up what it must to fit, and says what', () => {
    const long = sampleEvent({ detail: `<remarks>${'x'.repeat(300)}</remarks>` });
    expect(encodeEvent(long)).toMatchObject({ ok: true, stripped: [expect.stringContaining('remarks')] });
  });

  it('sends a raw V2 frame to everybody', () => {
    expect(encodeEvent(sampleEvent())).toMatchObject({
      ok: true,
      frames: [{ port: 78, to: BROADCAST, wantAck: false, payload: expect.any(Uint8Array) as Uint8Array }],
    });
  });

  it('asks for an acknowledgement of chat alone', () => {
    const chat = sampleEvent({ type: 'b-t-f', kind: Kind.CHAT, detail: '<remarks>x</remarks>' });
    expect(encodeEvent(chat)).toMatchObject({ ok: true, frames: [{ wantAck: true }] });
  });

  it('leaves out what no receiver draws before it measures', () => {
    const takv = `<takv version="${'x'.repeat(200)}" platform="ATAK" device="D" os="1"/>`;
    const full = sampleEvent({ detail: `<contact callsign="A"/>${takv}<precisionlocation geopointsrc="GPS"/>` });
    const lean = encodeEvent(sampleEvent({ detail: '<contact callsign="A"/>' }));
    expect(encodeEvent(full)).toMatchObject({
      ok: true,
      frames: lean.ok && lean.frames,
      stripped: ['takv', 'sources'],
    });
  });

  it('says by how much an event is too large', () => {
    expect(encodeEvent(tooLong)).toMatchObject({
      ok: false,
      reason: 'too_large',
      detail: expect.stringMatching(/^2\d\d of 225 bytes$/) as string,
    });
  });

  it('keeps off the air what belongs to a TAK connection', () => {
    expect(encodeEvent(sampleEvent({ type: 't-x-c-t' }))).toMatchObject({ ok: false, reason: 'not_allowed' });
  });

  it.each(['b-f-t-r', 'b-f-t-a', 'b-f-t-x'])('keeps off the air the offer of a file: %s, in any dialect', (type) => {
    const offer = sampleEvent({
      type,
      kind: Kind.RAW,
      detail: '<fileshare filename="r.zip" senderUrl="https://x/1"/>',
    });
    for (const dialect of [Dialect.V2, Dialect.V1, Dialect.BOTH, Dialect.FORWARDER]) {
      expect(encodeEvent(offer, dialect)).toMatchObject({
        ok: false,
        reason: 'not_allowed',
        detail: `${type}: nobody on a mesh can fetch the file`,
      });
    }
  });

  const ports = (event: CotEvent, dialect: Dialect) => {
    const sent = encodeEvent(event, dialect);
    return sent.ok ? [...new Set(sent.frames.map(({ port }) => port))] : sent.reason;
  };
  const route = (links: number): CotEvent =>
    sampleEvent({
      uid: 'R',
      type: 'b-m-r',
      kind: Kind.ROUTE,
      detail: Array.from(
        { length: links },
        (_, at) =>
          `<link uid="w${at * 7919}" type="b-m-p-w" callsign="CP${at * 31}" point="47.${at * 9281},8.${at * 6891}"/>`,
      ).join(''),
    });

  it('writes each event in the dialect of the mesh', () => {
    const marker = sampleEvent({ uid: 'M', type: 'b-m-p-s-m', kind: Kind.MARKER });
    expect(ports(sampleEvent(), Dialect.UNSPECIFIED)).toEqual([78]);
    expect(ports(sampleEvent(), Dialect.V1)).toEqual([72]);
    expect(ports(marker, Dialect.V1)).toEqual([257]);
    expect(ports(sampleEvent(), Dialect.FORWARDER)).toEqual([257]);
    expect(ports(sampleEvent(), Dialect.BOTH)).toEqual([78, 72]);
  });

  it('sends in both dialects what only one can carry in that one', () => {
    expect(ports(tooLong, Dialect.V2)).toBe('too_large');
    expect(ports(tooLong, Dialect.BOTH)).toEqual([257]);
  });

  it('sends a long event in V1 as a transfer, and says how a receiver answers for it', () => {
    const sent = encodeEvent(route(60), Dialect.V1);
    expect(sent).toMatchObject({ ok: true, transferHash: expect.any(Uint8Array) as Uint8Array });
    expect(sent.ok && sent.frames.length).toBeGreaterThan(3);
    expect(sent.ok && sent.frames.every(({ wantAck, payload }) => !wantAck && payload.length <= 225)).toBe(true);
  });

  it('sends a chat line to a plain node as a text to that node alone', () => {
    const room = 'MESHTASTIC-0000A1B2';
    const line = sampleEvent({
      uid: `GeoChat.ANDROID-1.${room}.m-1`,
      type: 'b-t-f',
      kind: Kind.CHAT,
      detail: `<__chat id="${room}" chatroom="Base" senderCallsign="ALPHA"/><remarks>hi</remarks>`,
    });
    expect(encodeEvent(line)).toMatchObject({ ok: true, frames: [{ port: 1, to: 0xa1b2, wantAck: true }] });
  });

  it('asks for the dictionary that the mesh wants', () => {
    expect(encodeEvent(sampleEvent(), Dialect.V2, 'c')).toMatchObject({ ok: false, reason: 'dictionary_missing' });
  });

  it('is decoded to the same event', () => {
    fc.assert(
      fc.property(anyPli, (event) => {
        const sent = encodeEvent(event);
        const again = sent.ok
          ? decodeFrame(sampleFrame({ port: 78, payload: sent.frames[0]?.payload ?? new Uint8Array() }))
          : sent;
        const isWhole = sent.ok && sent.stripped.length === 0;
        expect(isWhole ? again : undefined).toEqual(isWhole ? { ok: true, event } : undefined);
        expect(again.ok || again.reason).toEqual(sent.ok || 'too_large');
      }),
    );
  });

  it('makes a frame or a listed reason of any event', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const sent = encodeEvent(event);
        expect(sent.ok || ['too_large', 'unsupported'].includes(sent.reason)).toBe(true);
      }),
    );
  });
});
