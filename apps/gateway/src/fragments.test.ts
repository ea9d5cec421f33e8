import { encodeForwarder, parseEventXml, readAck } from '@cotbus/codec';
import { itemKey, meshtastic, Reason } from '@cotbus/contracts';
import { broadcastPacket } from '@cotbus/simulator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startScene } from './testing/scene.ts';
import type { Scene } from './testing/scene.ts';

const iso = (offsetMs: number): string => new Date(Date.now() + offsetMs).toISOString();

/** Long enough for a dozen fragments. */
const routeXml = (uid: string): string => {
  const links = Array.from(
    { length: 60 },
    (_, at) =>
      `<link uid="${uid}-${(at * 7919).toString(36)}" type="b-m-p-w" callsign="CP ${at * 31}" ` +
      `point="47.${at * 92_821},8.${at * 68_917}" relation="c"/>`,
  ).join('');
  return (
    `<event version="2.0" uid="${uid}" type="b-m-r" how="h-e" time="${iso(0)}" start="${iso(0)}" stale="${iso(900_000)}">` +
    '<point lat="47" lon="8" hae="9999999.0" ce="9999999.0" le="9999999.0"/>' +
    `<detail>${links}<contact callsign="Ridge"/></detail></event>`
  );
};

const fragmentsOf = (xml: string): readonly Uint8Array[] => {
  const parsed = parseEventXml(xml);
  if (!parsed.ok) throw new Error(parsed.detail);
  const encoded = encodeForwarder(parsed.event, { audience: 'plugin', transferId: 0x123456 });
  if (!encoded.ok) throw new Error(encoded.detail);
  return encoded.payloads;
};

describe('a long event in fragments, heard by two radios', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await startScene({ radios: 2 });
  });
  afterEach(async () => {
    await scene.stop();
  });

  it('reaches a TAK client once, and each fragment ends with it', async () => {
    const client = await scene.client();
    const payloads = fragmentsOf(routeXml('ROUTE-1'));
    expect(payloads.length).toBeGreaterThan(5);
    for (const payload of payloads) {
      const id = scene.mesh.nextPacketId();
      scene.mesh.transmit(broadcastPacket({ from: 0x2001, id, portnum: meshtastic.PortNum.ATAK_FORWARDER, payload }));
    }
    const event = await client.waitFor('the route', (xml) => xml.includes('uid="ROUTE-1"'));
    expect(event.match(/<link /g)).toHaveLength(60);
    for (const [destination, expected] of [
      ['tak', Reason.DELIVERED],
      ['routes', Reason.DELIVERED],
    ] as const) {
      const ended = () =>
        scene.outcomes.filter((outcome) => outcome.destination === destination && outcome.port === 257);
      await expect.poll(() => ended().length).toBe(2 * payloads.length);
      for (const { reason, uid } of ended()) expect({ reason, uid }).toEqual({ reason: expected, uid: 'ROUTE-1' });
      expect(new Set(ended().map(({ item }) => item && itemKey(item))).size).toBe(2 * payloads.length);
    }
    expect(client.events.filter((xml) => xml.includes('uid="ROUTE-1"'))).toHaveLength(1);
    const answers = () =>
      scene.radios
        .flatMap((radio) => radio.sent())
        .flatMap(({ payloadVariant: { case: what, value } }) => (what === 'decoded' ? readAck(value.payload) : []));
    await expect.poll(answers).toMatchObject([{ ok: true, ack: { kind: 'complete', transferId: 0x123456 } }]);
  });
});
