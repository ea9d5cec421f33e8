/** Somebody hostile on the mesh, and somebody on it who needs help: the second must be seen as if the first were not there. */
import { create, toBinary } from '@bufbuild/protobuf';
import { meshtastic, reasonText } from '@cotbus/contracts';
import { broadcastPacket, createHostileMesh, HOSTILE_NAMES } from '@cotbus/simulator';
import { readXml } from '@cotbus/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startScene } from './testing/scene.ts';
import type { Scene } from './testing/scene.ts';

const { PortNum, TAKPacketV2Schema } = meshtastic;
const GOOD_NODE = 0x0600d001;
const FLOODER = 0x0bad1001;
/** More than a node may send at once, and than the air would carry in a minute. */
const FLOOD = 400;
const BURST = 50;

const until = (check: () => void) => vi.waitFor(check, { interval: 5, timeout: 20_000 });

describe('a hostile mesh', () => {
  let scene: Scene;
  let client: Awaited<ReturnType<Scene['client']>>;
  beforeAll(async () => {
    scene = await startScene({ agent: { nodeLimit: { framesPerMinute: 60, burst: BURST } } });
    client = await scene.client();
  });
  afterAll(() => scene.stop());

  const goodPacket = (callsign: string, uid = 'GOOD-1') =>
    broadcastPacket({
      from: GOOD_NODE,
      id: scene.mesh.nextPacketId(),
      portnum: PortNum.ATAK_PLUGIN_V2,
      payload: Uint8Array.of(
        0xff,
        ...toBinary(
          TAKPacketV2Schema,
          create(TAKPacketV2Schema, {
            uid,
            callsign,
            cotTypeId: meshtastic.CotType.CotType_a_f_G_U_C,
            latitudeI: 471_000_000,
            longitudeI: 111_000_000,
            staleSeconds: 3600,
          }),
        ),
      ),
    });
  /** The good one is heard now. */
  const isSeen = async (callsign: string): Promise<void> => {
    scene.mesh.transmit(goodPacket(callsign));
    await client.waitFor(callsign, (event) => event.includes(`callsign="${callsign}"`));
  };
  const countOf = (reason: string, node: number): number =>
    scene.outcomes.filter((outcome) => outcome.node === node && reasonText(outcome.reason) === reason).length;

  it('that floods from one node costs that node alone', async () => {
    createHostileMesh(scene.mesh).flood(FLOODER, FLOOD);
    await isSeen('GOOD-FLOOD');
    // Every frame has one outcome, and no more than the limit passed.
    await until(() => {
      expect(scene.outcomes.filter(({ node }) => node === FLOODER).length).toBeGreaterThanOrEqual(FLOOD);
    });
    const passed = FLOOD - countOf('flood', FLOODER);
    expect(passed).toBeGreaterThanOrEqual(BURST);
    expect(passed).toBeLessThan(BURST * 2);
    expect(countOf('flood', GOOD_NODE)).toBe(0);
  });

  it('that replays what was said is no news', async () => {
    const packet = goodPacket('GOOD-ONCE', 'GOOD-REPLAYED');
    scene.mesh.transmit(packet);
    await client.waitFor('the first', (event) => event.includes('GOOD-ONCE'));
    createHostileMesh(scene.mesh).replay(Array(20).fill(packet));
    await until(() => expect(countOf('duplicate', GOOD_NODE)).toBe(20));
    await isSeen('GOOD-REPLAY');
    expect(client.events.filter((event) => event.includes('GOOD-ONCE'))).toHaveLength(1);
  });

  it('that sends bombs gets refusals', async () => {
    const before = scene.outcomes.length;
    const bombs = createHostileMesh(scene.mesh).bomb();
    await isSeen('GOOD-BOMB');
    const attacker = 0x0bad0100;
    await until(() => {
      // What promises more to come is not over yet; the compressed ones are, and so is what is beyond the limit.
      const ended = scene.outcomes.slice(before).filter(({ node }) => node === attacker);
      expect(ended.length).toBeGreaterThanOrEqual(4 + (bombs - 4 - BURST));
    });
    expect(countOf('delivered', attacker)).toBe(0);
    expect(process.memoryUsage().heapUsed).toBeLessThan(512 * 1024 * 1024);
  });

  it('that puts anything into names reaches no further than a name', async () => {
    const nodes = createHostileMesh(scene.mesh).injectNames();
    await isSeen('GOOD-NAMES');
    await until(() => {
      const ended = new Set(scene.outcomes.map(({ node }) => node));
      expect(nodes.filter((node) => !ended.has(node))).toEqual([]);
    });
    const seen = client.events.map((event) => readXml(event));
    expect(seen.filter(({ attributes }) => attributes['uid'] === 'EVIL')).toEqual([]);
    for (const harm of ['<script', '\u001b', '\u0000']) expect(client.events.join('')).not.toContain(harm);
    expect(HOSTILE_NAMES).toHaveLength(nodes.length);
  });

  it('that forges the number of somebody else does not silence the one', async () => {
    createHostileMesh(scene.mesh).forge(GOOD_NODE, 'FORGED');
    await isSeen('GOOD-FORGED');
    const last = client.events.findLast((event) => event.includes('uid="GOOD-1"')) ?? '';
    expect(last).toContain('callsign="GOOD-FORGED"');
  });
});
