/** What real firmware of three versions handed its phones on port 72, through radio, bus and TAK socket. */
import { fromBinary } from '@bufbuild/protobuf';
import { meshtastic, reasonText } from '@cotbus/contracts';
import { broadcastPacket } from '@cotbus/simulator';
import { cotFaults, firmwareCaptures, nodeAt, readXml } from '@cotbus/testkit';
import type { FirmwareCapture, TakClient } from '@cotbus/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startScene } from './testing/scene.ts';
import type { Scene } from './testing/scene.ts';

const POLL = { interval: 10, timeout: 20_000 };
const captures = firmwareCaptures().filter(({ heard }) => heard.length > 0);

const refusals: Readonly<Record<string, string>> = {
  chat_empty: 'not_for_tak',
  detail: 'unsupported',
  garbage: 'garbled',
  empty: 'impossible',
};
/** How a payload ends, the same for both twins but where one is nothing; undefined: as an event. */
const refusalOf = ({ what }: FirmwareCapture, { length }: Uint8Array): string | undefined =>
  // Firmware 2.7.23 to 2.7.26 in a TAK role leaves nothing.
  length === 0 ? 'garbled' : refusals[what];

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

/** What the sender's phone said, in the words of a TAK client. A report without a name has that of its node. */
const said = ({ said: payload }: FirmwareCapture) => {
  const { contact, payloadVariant } = fromBinary(meshtastic.TAKPacketSchema, payload);
  const chat = payloadVariant.case === 'chat' ? payloadVariant.value.message : undefined;
  const pli = payloadVariant.case === 'pli' ? payloadVariant.value : undefined;
  return {
    callsign: contact && text(contact.callsign),
    uid: contact && text(contact.deviceCallsign),
    text: chat && text(chat),
    place: pli && [(pli.latitudeI / 1e7).toFixed(5), (pli.longitudeI / 1e7).toFixed(5)],
  };
};
const shown = (xml: string) => {
  const event = readXml(xml);
  const at = (path: string, name: string): string | undefined => nodeAt(event, path)?.attributes[name];
  const isChat = nodeAt(event, 'detail/__chat') !== undefined;
  return {
    callsign: at('detail/contact', 'callsign') ?? at('detail/__chat', 'senderCallsign'),
    uid: isChat ? at('detail/__chat/chatgrp', 'uid0') : event.attributes['uid'],
    text: isChat ? nodeAt(event, 'detail/remarks')?.text : undefined,
    place: isChat ? undefined : ['lat', 'lon'].map((name) => Number(at('point', name)).toFixed(5)),
  };
};

/** A packed text ends at the first byte that is 0, for the sender's radio already. */
const startOf = (whole: string, shownText = ''): string =>
  shownText.length > MIN_TEXT && whole.startsWith(shownText) ? shownText : whole;
const MIN_TEXT = 10;

type Shown = ReturnType<typeof shown>;

/** @param seen what of them nobody can know before */
const wanted = (capture: FirmwareCapture, seen: readonly Shown[]): readonly unknown[] => {
  const { callsign, text: line, ...rest } = said(capture);
  // Nobody is named: it is the position of the node.
  if (callsign === undefined) return [];
  // Plain texts under the mark of packed ones: the radio has unpacked them to something.
  if (capture.what === 'pli_marked_compressed') return seen.slice(0, 1).map((one) => ({ ...one, place: rest.place }));
  return [{ callsign, ...rest, text: line && startOf(line, seen[0]?.text) }];
};

describe.skipIf(captures.length === 0)('port 72 of real firmware', () => {
  let scene: Scene;
  let client: TakClient;
  let node = 0x4000;
  beforeAll(async () => {
    scene = await startScene();
    client = await scene.client();
  });
  afterAll(() => scene.stop());

  it.each(captures)('$name', async (capture) => {
    node += 1;
    const from = node;
    const before = client.events.length;
    // Twins have one id.
    const id = scene.mesh.nextPacketId();
    for (const payload of capture.heard) {
      const portnum = meshtastic.PortNum.ATAK_PLUGIN;
      scene.radios[0]?.inject(broadcastPacket({ from, id, portnum, payload }));
    }
    const ended = () =>
      scene.outcomes
        .filter((o) => o.node === from && o.port === meshtastic.PortNum.ATAK_PLUGIN)
        .map(({ reason }) => reasonText(reason));
    await expect.poll(() => ended().length, POLL).toBe(capture.heard.length);
    const refused = capture.heard.map((payload) => refusalOf(capture, payload));
    expect(ended()).toEqual(refused.map((reason, at) => reason ?? (at === 0 ? 'delivered' : 'duplicate')));
    // Beside the contact of the node, which every packet of it makes.
    const events = client.events.slice(before).filter((xml) => !xml.includes('MESHTASTIC-'));
    expect(events.flatMap(cotFaults)).toEqual([]);
    const seen = events.map(shown);
    expect(seen).toEqual(refused.every((reason) => reason !== undefined) ? [] : wanted(capture, seen));
  });
});
