import { BROADCAST, Kind } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrame } from './decode-frame.ts';
import { encodeEvent } from './encode-event.ts';
import { anyEvent, anyPli, sampleEvent, sampleFrame } from './testing/samples.ts';

describe('encodeEvent', () => {
  it('sends a raw V2 frame to everybody', () => {
    expect(encodeEvent(sampleEvent())).toMatchObject({
      ok: true,
      frame: { port: 78, to: BROADCAST, wantAck: false, payload: expect.any(Uint8Array) as Uint8Array },
    });
  });

  it('asks for an acknowledgement of chat alone', () => {
    const chat = sampleEvent({ type: 'b-t-f', kind: Kind.CHAT, detail: '<remarks>x</remarks>' });
    expect(encodeEvent(chat)).toMatchObject({ ok: true, frame: { wantAck: true } });
  });

  it('leaves out what no receiver draws before it measures', () => {
    const takv = `<takv version="${'x'.repeat(200)}" platform="ATAK" device="D" os="1"/>`;
    const full = sampleEvent({ detail: `<contact callsign="A"/>${takv}<precisionlocation geopointsrc="GPS"/>` });
    expect(encodeEvent(full)).toEqual(encodeEvent(sampleEvent({ detail: '<contact callsign="A"/>' })));
  });

  it('says by how much an event is too large', () => {
    const long = sampleEvent({ detail: `<remarks>${'x'.repeat(300)}</remarks>` });
    expect(encodeEvent(long)).toMatchObject({
      ok: false,
      reason: 'too_large',
      detail: expect.stringMatching(/^3\d\d of 225 bytes$/) as string,
    });
  });

  it('keeps off the air what belongs to a TAK connection', () => {
    expect(encodeEvent(sampleEvent({ type: 't-x-c-t' }))).toMatchObject({ ok: false, reason: 'not_allowed' });
  });

  it('refuses a payload that is not written', () => {
    const marker = sampleEvent({ type: 'b-m-p-s-m', detail: '<color argb="-1"/>' });
    expect(encodeEvent(marker)).toMatchObject({ ok: false, reason: 'unsupported' });
  });

  it('is decoded to the same event', () => {
    fc.assert(
      fc.property(anyPli, (event) => {
        const sent = encodeEvent(event);
        const again = sent.ok ? decodeFrame(sampleFrame({ port: 78, payload: sent.frame.payload })) : sent;
        expect(again).toEqual(sent.ok ? { ok: true, event } : { ...sent, reason: 'too_large' });
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
