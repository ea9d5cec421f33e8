import { meshtastic } from '@cotbus/contracts';
import { findDictionaries, INSTALL_FOLDER, openZstd, usableDictionaries } from '@cotbus/zstd';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEventTree } from '../cot/parse-event.ts';
import type { EventTree } from '../cot/event-tree.ts';
import { createV2Wire } from '../frame/v2-frame.ts';
import type { SendPolicy } from '../frame/v2-frame.ts';
import { encodePacket } from '../packet/bytes/encode.ts';
import { anyGoodPacket } from '../testing/any-packet.ts';
import { detailOf, eventXml, packetOf, payloadOf, samplePacket } from '../testing/packets.ts';
import { fitEvent, fitPacket } from './fit.ts';
import type { FittedFrame } from './fit.ts';

const zstd = openZstd();
const wire = createV2Wire({ zstd, dictionaries: usableDictionaries(findDictionaries(INSTALL_FOLDER)) });
const raw = { wire, policy: { form: 'raw' } } as const;
const forms = (['raw', 'c'] as const).filter((form) => wire.can(form));

const of = (bytes: number): string => 'x'.repeat(bytes);
const treeOf = (type: string, detail: string): EventTree => {
  const parsed = parseEventTree(eventXml(type, detail));
  if (!parsed.ok) throw new Error(parsed.detail);
  return parsed.tree;
};
const fitted = (result: ReturnType<typeof fitEvent>): FittedFrame => {
  if (!result.ok) throw new Error(`${result.reason}: ${result.detail}`);
  expect(wire.decode(result.frame)).toMatchObject({ ok: true, packetBytes: encodePacket(result.packet) });
  return result;
};
const fit = (type: string, detail: string, form: SendPolicy['form'] = 'raw'): FittedFrame => {
  const result = fitted(fitEvent(treeOf(type, detail), { wire, policy: { form } }));
  expect(result.frame.length).toBeLessThanOrEqual(225);
  return result;
};

const UUID = '1f0ec2a4-5b8e-4a7c-9a46-0d5d8d9cf0';
const wayPoints = (count: number, name = 'Checkpoint'): string =>
  Array.from(
    { length: count },
    (_, at) =>
      `<link uid="${UUID}${10 + at}" type="b-m-p-${at % 3 === 1 ? 'c' : 'w'}" callsign="${name} ${at}"` +
      ` point="${47.1 + at * 0.0123},${8.2 - at * 0.0234},0" relation="c"/>`,
  ).join('');
const drawing = (count: number): string =>
  Array.from(
    { length: count },
    (_, at) => `<link point="${1 + 0.01 * Math.sin(at)},${2 + 0.003 * at + 0.001 * Math.cos(at * 7)}"/>`,
  ).join('') + '<strokeColor value="-1"/><strokeWeight value="3.0"/>';
const remarks = (bytes: number): string => `<remarks>${of(bytes)}</remarks>`;

describe('fitEvent', () => {
  it('encodes once when it fits at once, and changes nothing', () => {
    let encodes = 0;
    const counting = {
      encode: (...args: Parameters<typeof wire.encode>) => {
        encodes += 1;
        return wire.encode(...args);
      },
    };
    const result = fitEvent(treeOf('a-f-G-U-C', '<contact callsign="A"/>'), { ...raw, wire: counting });
    expect(result).toMatchObject({ ok: true, stripped: [], rung: undefined });
    expect(result).toMatchObject({ packet: packetOf('a-f-G-U-C', '<contact callsign="A"/>') });
    expect(encodes).toBe(1);
  });

  it.each<[string, string, string, readonly string[], string | undefined]>([
    [
      'what nobody draws',
      'a-f-G-U-C',
      `<takv version="${of(60)}" device="${of(200)}" platform="x" os="1"/>`,
      ['takv'],
      undefined,
    ],
    ['a phone', 'a-f-G-U-C', `<contact callsign="A" phone="+15550100200"/>${remarks(180)}`, ['phone'], 'phone'],
    ['half of the remarks', 'a-f-G-U-C', remarks(300), ['remarks cut to 160 bytes'], 'remarks'],
    [
      'most of the remarks',
      'b-m-r',
      wayPoints(2, 'A') + remarks(3000),
      ['wayPointUids', 'remarks cut to 120 bytes'],
      'remarks',
    ],
    ['names of way points', 'b-m-r', wayPoints(7), ['wayPointUids', 'names of way points'], 'names of way points'],
    [
      'way points',
      'b-m-r',
      wayPoints(16),
      ['wayPointUids', 'names of way points', 'way points reduced to 12'],
      'way points',
    ],
    ['vertices', 'u-d-f', drawing(32), ['vertices reduced to 30'], 'vertices'],
    [
      'the lines of a report',
      'b-r-f-h-c',
      `<_medevac_ title="${of(80)}" enemy="${of(90)}" hlz_remarks="${of(90)}"/>`,
      ['notes cut to 40 bytes'],
      'notes',
    ],
    [
      'a chat line over its limit',
      'b-t-f',
      `<__chat id="R" senderCallsign="S"/>${remarks(300)}`,
      ['message cut to 199 of 300 bytes', 'place of a chat line', 'text cut to 180 bytes'],
      'text',
    ],
    [
      'long texts and sources',
      'a-f-G-U-C',
      `<contact callsign="${of(130)}"/><precisionlocation geopointsrc="GPS"/>`,
      ['sources', 'callsign cut to 119 of 130 bytes'],
      undefined,
    ],
  ])('gives up %s', (_, type, detail, stripped, rung) => {
    expect(fit(type, detail)).toMatchObject({ stripped, rung });
  });

  it.each(forms.flatMap((form) => [5, 6].map((count) => [count, form] as const)))(
    'loses none of %i way points, form %s, whatever they are called and whatever is said about them',
    (count, form) => {
      for (const name of ['', 'CP', 'Checkpoint', of(40)]) {
        for (const said of ['', remarks(60), remarks(900)]) {
          const { packet } = fit('b-m-r', `<contact callsign="${of(30)}"/>${wayPoints(count, name)}${said}`, form);
          expect(payloadOf(packet, 'route').links.map(({ point }) => point)).toEqual(
            payloadOf(packetOf('b-m-r', wayPoints(count)), 'route').links.map(({ point }) => point),
          );
          expect(payloadOf(packet, 'route').truncated).toBe(false);
        }
      }
    },
  );

  it('tells people that points are missing', () => {
    expect(detailOf(fit('u-d-f', drawing(32)).packet)).toContain('shortened for the mesh');
    expect(detailOf(fit('b-m-r', wayPoints(16)).packet)).toContain('shortened for the mesh');
  });

  const cards = `<zMist z="${of(99)}" m="${of(99)}" i="${of(99)}" s="${of(99)}" t="${of(99)}"/>`.repeat(8);
  const lines = ['title', 'medline_remarks', 'enemy', 'friendlies', 'obstacles', 'hlz_remarks', 'winds_are_from'];
  const parent = `<link uid="${UUID}" relation="p-p" type="a-f-G-U-C" parent_callsign="${of(60)}"/>`;
  const largest: readonly (readonly [type: string, detail: string])[] = [
    ['u-d-f-m', drawing(40) + remarks(200)],
    ['b-m-r', wayPoints(40) + remarks(200)],
    ['b-m-p-s-m', `<contact callsign="${of(130)}"/>${parent}<usericon iconsetpath="${of(79)}"/>`],
    ['b-t-f', `<contact callsign="${of(130)}"/><__chat id="${UUID}" senderCallsign="${of(60)}"/>${remarks(900)}`],
    [
      'b-r-f-h-c',
      `<_medevac_ ${lines.map((name) => `${name}="${of(99)}"`).join(' ')}><zMistsMap>${cards}</zMistsMap></_medevac_>`,
    ],
  ];

  it.each(forms.flatMap((form) => largest.map(([type, detail]) => [type, form, detail] as const)))(
    'makes the largest %s fit, form %s',
    (type, form, detail) => {
      expect(fit(type, detail, form).frame.length).toBeLessThanOrEqual(225);
    },
  );

  const video = (bytes: number): string => `<__video url="rtsp://${of(bytes)}"/><contact callsign="CAM"/>`;

  it('sends a detail as it is when it fits', () => {
    const { packet, stripped } = fit('b-i-v', `<precisionlocation altsrc="???"/><archive/>${video(100)}`);
    expect(detailOf(packet)).toBe(video(100));
    expect(stripped).toEqual(['sources', 'editing']);
  });

  it('makes a detail lean before it asks whether it may travel as it is', () => {
    const lean = fit('b-i-v', `<takv version="${of(200)}" device="D" platform="P" os="1"/>${video(60)}`);
    expect(detailOf(lean.packet)).toBe(video(60));
    expect(lean.stripped).toEqual(['takv']);
  });

  it.each([
    ['the frame', 150],
    ['the field', 250],
  ])('sends the fields of the model when a detail is too large for %s', (_, bytes) => {
    const event = fit('b-i-v', `<foo/><bar a="${of(30)}"/>${video(bytes)}`);
    expect(event.packet).toMatchObject({ callsign: 'CAM', payloadVariant: { case: undefined } });
    expect(event).toMatchObject({ stripped: ['details without a field'], rung: 'details without a field' });
  });

  it('sends no delete that deletes nothing', () => {
    const link = `<link uid="${of(250)}" relation="p-p" type="a-f-G"/><__forcedelete/>`;
    expect(fitEvent(treeOf('t-x-d-d', link), raw)).toMatchObject({ ok: false, reason: 'too_large' });
  });

  it('says the least that it reached when nothing fits', () => {
    const dests = Array.from({ length: 40 }, (_, at) => `<dest callsign="PERSON ${at}"/>`).join('');
    const detail = `<contact callsign="A" phone="1"/><marti>${dests}</marti>`;
    const bare = wire.encode(packetOf('a-f-G-U-C', detail.replace(' phone="1"', '')), {
      form: 'raw',
      maxFrameBytes: 999,
    });
    const least = bare.ok ? bare.frame.length : 0;
    expect(fitEvent(treeOf('a-f-G-U-C', detail + remarks(50)), raw)).toMatchObject({
      ok: false,
      reason: 'too_large',
      detail: `${least} of 225 bytes`,
    });
  });

  it('says when it is too large to be compressed at all', () => {
    const packet = samplePacket({ marti: { destCallsign: [of(5000)] } });
    expect(fitPacket(packet, raw)).toMatchObject({ ok: false, reason: 'too_large', detail: /of 4096 bytes/ });
  });

  it('fits into what it is told', () => {
    const small = fitted(
      fitEvent(treeOf('a-f-G-U-C', remarks(90)), { wire, policy: { form: 'raw', maxFrameBytes: 80 } }),
    );
    expect(small.frame.length).toBeLessThanOrEqual(80);
    expect(small.rung).toBe('remarks');
    const large = fitted(
      fitEvent(treeOf('a-f-G-U-C', remarks(400)), { wire, policy: { form: 'raw', maxFrameBytes: 500 } }),
    );
    expect(large.stripped).toEqual([]);
  });

  it('strips what it is told', () => {
    const detail = '<takv version="5" platform="P" device="D" os="1"/><precisionlocation geopointsrc="GPS"/>';
    const result = fitEvent(treeOf('a-f-G-U-C', detail), { ...raw, strip: ['sources'] });
    expect(fitted(result)).toMatchObject({ stripped: ['sources'], packet: { takVersion: '5', geoSrc: 0 } });
  });

  it('refuses a form whose dictionary is not there', () => {
    const without = { wire: createV2Wire({ dictionaries: [] }), policy: { form: 'c' } } as const;
    expect(fitEvent(treeOf('a-f-G-U-C', remarks(300)), without)).toMatchObject({ reason: 'dictionary_missing' });
  });

  it('refuses a type that receivers refuse', () => {
    expect(fitEvent(treeOf('?', ''), raw)).toMatchObject({ ok: false, reason: 'impossible' });
  });

  it('writes generation A of the schema when the policy names it', () => {
    const written = {
      encode: (...[packet]: Parameters<typeof wire.encode>) => wire.encode(packet, { form: 'raw', maxFrameBytes: 999 }),
    };
    const drawn = fitEvent(treeOf('u-d-f', drawing(5)), { wire: written, policy: { form: 'a' } });
    expect(payloadOf(fitted(drawn).packet, 'shape')).toMatchObject({ vertexLatDeltas: [], vertices: { length: 5 } });
  });
});

describe('fitPacket', () => {
  it.each([
    ['b-m-r', meshtastic.CotType.CotType_b_m_r, 120, 900],
    ['u-d-f', meshtastic.CotType.CotType_u_d_f, 0, 900],
    ['b-m-p-s-m', meshtastic.CotType.CotType_b_m_p_s_m, 900, 900],
    ['a-f-G-U-C', meshtastic.CotType.CotType_a_f_G_U_C, 75, 75],
    ['b-t-f', meshtastic.CotType.CotType_b_t_f, 10, 10],
  ])('lets %s hold as long as a mesh needs', (_, cotTypeId, staleSeconds, held) => {
    expect(fitPacket(samplePacket({ cotTypeId, staleSeconds }), raw)).toMatchObject({ packet: { staleSeconds: held } });
  });

  it.each(forms)(
    'makes a frame that reads as the packet it says, or says too large, of any packet, form %s',
    (form) => {
      fc.assert(
        fc.property(anyGoodPacket, fc.integer({ min: 20, max: 225 }), (packet, maxFrameBytes) => {
          const result = fitPacket(packet, { wire, policy: { form, maxFrameBytes } });
          const bytes = result.ok ? result.frame.length : Number.parseInt(result.detail, 10);
          expect(bytes <= maxFrameBytes).toBe(result.ok);
          expect(result.ok || result.reason === 'too_large').toBe(true);
          const sent = result.ok ? result : undefined;
          expect(sent && encodePacket(sent.packet)).toEqual(sent?.packetBytes);
          expect(sent?.rung === undefined || sent.stripped.length > 0).toBe(true);
        }),
        { numRuns: 300 },
      );
    },
  );
});
