/** Two installations that share nothing but two meshes, each relaying both ways and translating: nothing goes in a circle. */
import { Dialect, meshtastic } from '@cotbus/contracts';
import type { AgentStatus } from '@cotbus/contracts';
import type { Mesh } from '@cotbus/simulator';
import { expect, it, onTestFinished } from 'vitest';
import { overhear, pliNow, say } from './testing/mesh-talk.ts';
import { startScene } from './testing/scene.ts';
import type { Scene } from './testing/scene.ts';

const POLL = { interval: 10, timeout: 20_000 };
const kinds = ['pli', 'chat'];
const meshNames = ['valley', 'coast'];
const options = {
  radios: 2,
  meshNames,
  fast: true,
  toMesh: { kinds, uidIntervalSeconds: 0, position: { intervalSeconds: 0, standingSeconds: 0 } },
  relay: [
    { from: 'valley', to: 'coast', kinds },
    { from: 'coast', to: 'valley', kinds },
  ],
  translate: meshNames.map((mesh) => ({ mesh, kinds })),
};
/** What the gateways put on each mesh, as `mesh port uid`. */
const watchSent = (meshes: ReadonlyMap<string, Mesh>, gateways: (node: number) => boolean): string[] => {
  const sent: string[] = [];
  for (const [name, mesh] of meshes) {
    overhear(mesh, gateways, ({ port, event }) => sent.push(`${name} ${port} ${event.uid}`));
  }
  return sent;
};

const statuses = async (scene: Scene) => {
  const known = new Map<string, AgentStatus>();
  await scene.bus.subscribe('agentStatus', {}, (said) => said && known.set(said.agent, said));
  return known;
};

const { CLIENT } = meshtastic.Config_DeviceConfig_Role;

it('two gateways on the same two meshes say each thing at most once each, and of one user one of them alone', async () => {
  const north = await startScene({ ...options, role: CLIENT });
  onTestFinished(() => north.stop());
  const south = await startScene({ ...options, meshes: north.meshes, firstNode: 0x2000 });
  onTestFinished(() => south.stop());
  const sent = watchSent(north.meshes, (node) => (node & ~1) === 0x1000 || (node & ~1) === 0x2000);
  const known = await Promise.all([north, south].map(statuses));
  const [valley, coast] = meshNames.map((name) => north.meshes.get(name));
  const onlyV1 = () => known.map((agents) => agents.get('radio-1')?.onlyV1);

  // Somebody on the coast speaks V1 alone, everybody in the valley V2.
  say(coast, 0x3001, pliNow('OLD'), Dialect.V1);
  await expect.poll(onlyV1, POLL).toEqual([1, 1]);
  const ended = (uid: string, destination: string) =>
    [north, south].map((scene) => scene.outcomes.filter((o) => o.uid === uid && o.destination === destination).length);
  const rounds = 2;
  for (let round = 0; round < rounds; round += 1) {
    const uid = `U-${round}`;
    say(valley, 0x4001, pliNow(uid), Dialect.V2);
    say(valley, 0x4001, pliNow('SAME', 47 + round / 10), Dialect.V2);
    // Each gateway has ended its relay, and what it heard of the other's.
    await expect.poll(() => ended(uid, 'coast').every((count) => count >= 1), POLL).toBe(true);
    await expect.poll(() => ended('SAME', 'coast').every((count) => count > round), POLL).toBe(true);
    await expect.poll(() => ended(uid, 'tak').every((count) => count >= 2), POLL).toBe(true);
  }
  const counted = (uid: string) => sent.filter((each) => each.endsWith(` ${uid}`)).toSorted();
  for (let round = 0; round < rounds; round += 1) {
    // On the coast each in both dialects, since somebody there speaks V1 alone; in the valley not at all.
    expect(counted(`U-${round}`).length).toBeLessThanOrEqual(4);
    expect(counted(`U-${round}`).filter((each) => each.startsWith('valley'))).toEqual([]);
  }
  // Of a user who is heard again and again one of them goes on, and the other leaves him to it.
  expect(counted('SAME').length).toBeLessThanOrEqual(2 * rounds + 2);
  expect(counted('OLD').filter((each) => each.startsWith('coast'))).toEqual([]);
});
