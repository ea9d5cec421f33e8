import { create } from '@bufbuild/protobuf';
import { meshtastic, Reason } from '@cotbus/contracts';
import { cotFaults } from '@cotbus/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startScene } from './testing/scene.ts';
import type { Scene } from './testing/scene.ts';

const NODE = 0x2001;
const UID = 'MESHTASTIC-00002001';

const line = (id: string): string => {
  const iso = (offsetMs: number): string => new Date(Date.now() + offsetMs).toISOString();
  return (
    `<event version="2.0" uid="GeoChat.PHONE-1.${UID}.${id}" type="b-t-f" how="h-g-i-g-o" ` +
    `time="${iso(0)}" start="${iso(0)}" stale="${iso(86_400_000)}"><point lat="0" lon="0" hae="9999999" ce="9999999" le="9999999"/>` +
    `<detail><__chat id="${UID}" chatroom="Hut" senderCallsign="PHONE" messageId="${id}" parent="RootContactGroup" groupOwner="false">` +
    `<chatgrp uid0="PHONE-1" uid1="${UID}" id="${UID}"/></__chat><link uid="PHONE-1" type="a-f-G-U-C" relation="p-p"/>` +
    `<marti><dest uid="${UID}"/></marti><remarks source="BAO.F.ATAK.PHONE-1" to="${UID}">tea?</remarks></detail></event>`
  );
};

describe('a chat line to a plain node', () => {
  let scene: Scene;
  const heard: meshtastic.MeshPacket[] = [];
  beforeEach(async () => {
    scene = await startScene({ fast: true });
    scene.mesh.join({ num: NODE, hopsAway: 0, hear: (packet) => heard.push(packet) });
    const user = create(meshtastic.UserSchema, { longName: 'Hut', shortName: 'HUT', publicKey: new Uint8Array(32) });
    scene.radios[0]?.nodes.put(create(meshtastic.NodeInfoSchema, { num: NODE, user }));
  });
  afterEach(() => scene.stop());

  it('is delivered when the node says so, and its writer gets a receipt', async () => {
    const client = await scene.client();
    client.send(line('m-1'));
    const receipt = await client.waitFor('a receipt', (xml) => xml.includes('type="b-t-f-d"'));
    expect(cotFaults(receipt)).toEqual([]);
    expect(receipt).toContain('messageId="m-1"');
    expect(receipt).toContain(`<chatgrp uid0="${UID}" uid1="PHONE-1" id="PHONE-1"/>`);
    expect(heard.at(-1)).toMatchObject({ to: NODE, wantAck: true });
    const sent = await scene.outcome('the line', ({ destination }) => destination === 'valley');
    expect(sent).toMatchObject({ reason: Reason.DELIVERED });
    expect(sent.detail).toContain('!00002001 has acknowledged it');
    const answered = await scene.outcome('the receipt', ({ destination, port }) => destination === 'tak' && port === 5);
    expect(answered).toMatchObject({ reason: Reason.DELIVERED, uid: 'm-1', node: NODE });
  });
});
