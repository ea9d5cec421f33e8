/** Events that scripts, feeds and servers write and no client would: all leave in every form, and can be read again. */
import { findDictionaries, INSTALL_FOLDER, openZstd, usableDictionaries } from '@cotbus/zstd';
import { describe, expect, it } from 'vitest';
import { buildTreeXml } from '../cot/build-event.ts';
import { parseEventTree, parseEventXml } from '../cot/parse-event.ts';
import { stampTree } from '../cot/stamp.ts';
import { createV2Wire } from '../frame/v2-frame.ts';
import { MAX_FRAME_BYTES } from '../limits.ts';
import { treeOfPacket } from '../packet/packet.ts';
import { NOON_MS } from '../testing/samples.ts';
import { sdkDictionaries } from '../wire/testing/sdk-files.ts';
import { fitEvent } from './fit.ts';

const wire = createV2Wire({
  zstd: openZstd(),
  dictionaries: [...usableDictionaries(findDictionaries(INSTALL_FOLDER)), ...sdkDictionaries()],
});
const forms = (['raw', 'a', 'c', 'auto'] as const).filter((form) => form === 'auto' || wire.can(form));

const TIMES = 'time="2026-03-15T14:22:10Z" start="2026-03-15T14:22:10Z" stale="2026-03-15T14:28:10Z"';
const POINT = '<point lat="61.1153" lon="10.4662" hae="180" ce="9999999.0" le="9999999.0"/>';
const list = (count: number, item: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => item(at)).join('');

interface Odd {
  readonly type?: string;
  readonly uid?: string;
  readonly times?: string;
  readonly point?: string;
  readonly detail?: string;
}

const xmlOf = ({ type = 'a-f-G-U-C', uid = 'Fjellskred-3', times = TIMES, point = POINT, detail = '<detail/>' }: Odd) =>
  `<event version="2.0" uid="${uid}" type="${type}" how="m-g" ${times}>${point}${detail}</event>`;

const LONG = 'the slope above the farm has moved again since noon and the road is closed for all but sledges ';

const odd: readonly (readonly [name: string, event: Odd])[] = [
  ['no detail', { detail: '' }],
  [
    'every element of a report, all empty',
    {
      detail:
        '<detail><contact/><__group/><status/><track/><takv/><uid/><precisionlocation/><remarks/><link/><color/><usericon/><marti/><__chat/></detail>',
    },
  ],
  ['a point of two attributes', { point: '<point lat="61" lon="10"></point>' }],
  ['a point of words', { point: '<point lat="+61.0" lon=" 10 " hae="NaN" ce="" le="unknown"/>' }],
  ['the corner of the globe', { point: '<point lat="-90" lon="-180" hae="-9999999" ce="0" le="0"/>' }],
  [
    'microseconds and offsets',
    {
      times:
        'time="2026-03-15T14:22:10.123456Z" start="2026-03-15T15:22:10.5+01:00" stale="2026-03-15T14:28:10.1234567Z"',
    },
  ],
  ['no start, and a stale in the past', { times: 'time="2026-03-15T14:22:10Z" stale="2026-03-15T14:12:10Z"' }],
  [
    'a stale beyond what the bus can say',
    {
      times: 'time="2026-03-15T14:22:10Z" start="2026-03-15T14:22:10Z" stale="2126-03-15T14:22:10Z"',
    },
  ],
  ['a uid of 200 characters', { uid: 'x'.repeat(200) }],
  ['a uid of other alphabets', { uid: 'Øst/Låven/Ж'.repeat(9) }],
  ['a type of 61 characters', { type: `a-f-G${'-U'.repeat(28)}` }],
  ['a callsign of 500 characters', { detail: `<detail><contact callsign="${'N'.repeat(500)}"/></detail>` }],
  ['remarks of a page', { detail: `<detail><remarks>${LONG.repeat(60)}</remarks></detail>` }],
  ['remarks of pictures', { detail: `<detail><remarks>${'🐕‍🦺'.repeat(90)}</remarks></detail>` }],
  ['remarks that only look like XML', { detail: '<detail><remarks>&lt;detail&gt;&amp;amp;]]&gt;</remarks></detail>' }],
  [
    'a track that nobody knows',
    { type: 'a-n-A-C-F', detail: '<detail><track course="9999999.0" speed="9999999.0" slope="0"/></detail>' },
  ],
  [
    'numbers that are none',
    {
      detail:
        '<detail><track course="north" speed="1,5"/><status battery="full"/><__group name="Pink" role="Cook"/></detail>',
    },
  ],
  [
    'forty elements of its own',
    { type: 'x-y-z', detail: `<detail>${list(40, (at) => `<own${at} a="${at}">t</own${at}>`)}</detail>` },
  ],
  [
    'a text that is too long for a raw detail',
    { type: 'x-y-z', detail: `<detail><own>${LONG.repeat(4)}</own></detail>` },
  ],
  [
    'a chat line of 4000 characters',
    {
      type: 'b-t-f',
      uid: 'GeoChat.ANDROID-1.All Chat Rooms.7',
      detail: `<detail><__chat id="All Chat Rooms" chatroom="All Chat Rooms" senderCallsign="A"/><remarks>${LONG.repeat(42)}</remarks></detail>`,
    },
  ],
  ['a chat line without anything', { type: 'b-t-f' }],
  [
    'a drawing of 250 points',
    {
      type: 'u-d-f',
      detail: `<detail>${list(250, (at) => `<link point="${61 + Math.sin(at) / 100},${10 + at / 1000}"/>`)}<strokeColor value="-1"/></detail>`,
    },
  ],
  [
    'a drawing across the date line',
    {
      type: 'u-d-p',
      point: '<point lat="0" lon="179.9" hae="0" ce="0" le="0"/>',
      detail: '<detail><link point="0.1,179.95"/><link point="0.1,-179.95"/><link point="-0.1,-179.95"/></detail>',
    },
  ],
  [
    'a circle with an exponent',
    {
      type: 'u-d-c-c',
      detail: '<detail><shape><ellipse major="1e3" minor="1000.004" angle="-90"/></shape></detail>',
    },
  ],
  [
    'a pick-up for eight with notes',
    {
      type: 'b-r-f-h-c',
      detail: `<detail><_medevac_ title="Skred" urgent="5" priority="3" obstacles="${LONG}" hlz_remarks="${LONG}" medline_remarks="${LONG}"><zMistsMap>${list(8, (at) => `<zMist title="${at}" z="Z${at}" m="${LONG}" i="leg" s="stable" t="splint"/>`)}</zMistsMap></_medevac_></detail>`,
    },
  ],
  [
    'an alert of another system',
    { type: 'b-a-x', detail: `<detail><emergency type="Kitchen fire">${LONG}</emergency></detail>` },
  ],
  [
    'a marker with two colours and three icons',
    {
      type: 'a-u-G',
      detail:
        '<detail><color argb="-1"/><color value="red"/><usericon iconsetpath=""/><usericon iconsetpath="a/b/c.png"/><usericon/></detail>',
    },
  ],
  ['two details', { detail: '<detail><contact callsign="A"/></detail><detail><remarks>b</remarks></detail>' }],
];

describe('an event with', () => {
  it.each(odd)('%s leaves in every form and is read again', (_, event) => {
    const parsed = parseEventTree(xmlOf(event));
    if (!parsed.ok) throw new Error(parsed.detail);
    expect(parseEventXml(xmlOf(event))).toMatchObject({ ok: true });
    for (const form of forms) {
      const fitted = fitEvent(parsed.tree, { wire, policy: { form } });
      if (!fitted.ok) throw new Error(`${form}: ${fitted.detail}`);
      expect(fitted.frame.length).toBeLessThanOrEqual(MAX_FRAME_BYTES);
      const decoded = wire.decode(fitted.frame);
      const built = decoded.ok ? treeOfPacket(decoded.packet) : decoded;
      if (!built.ok) throw new Error(`${form}: ${built.detail}`);
      const { uid, type } = parsed.tree;
      expect(parseEventTree(buildTreeXml(stampTree(built.tree, NOON_MS)))).toMatchObject({
        ok: true,
        tree: { uid, type },
      });
    }
  });

  it.each<[string, Odd, string]>([
    ['a uid that fills the frame', { uid: 'é'.repeat(250) }, 'too_large'],
    [
      'a file whose address alone is longer than a frame',
      {
        type: 'b-f-t-r',
        detail: `<detail><fileshare filename="a.zip" senderUrl="https://example.org/${'k7Qz'.repeat(90)}" sizeInBytes="1"/></detail>`,
      },
      'too_large',
    ],
    ['a type with a slash', { type: 'a-f-G/x' }, 'impossible'],
  ])('%s is refused by name', (_, event, reason) => {
    const parsed = parseEventTree(xmlOf(event));
    if (!parsed.ok) throw new Error(parsed.detail);
    expect(fitEvent(parsed.tree, { wire, policy: { form: 'raw' } })).toMatchObject({ ok: false, reason });
  });
});
