import { BROADCAST, meshtastic } from '@cotbus/contracts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { defaultKeyChannel } from './channels.ts';
import { startDemoMesh, type DemoMesh, type DemoMeshOptions } from './demo.ts';
import { startLoad } from './load.ts';
import { dataOf } from './mesh-packet.ts';
import { createMesh } from './mesh.ts';
import { parseChat } from './tak-packet.ts';
import { connectApiClient, type ApiClient } from './testing/api-client.ts';
import { createManualClock, type ManualClock } from './testing/manual-clock.ts';
import { chatFromTak } from './testing/tak-user.ts';
import { defaultUnits } from './unit-plans.ts';

const demo = async (options: Partial<DemoMeshOptions> = {}): Promise<DemoMesh & { clock: ManualClock }> => {
  const clock = createManualClock();
  const mesh = await startDemoMesh({ clock, seed: 1, ...options });
  onTestFinished(() => mesh.stop());
  return { ...mesh, clock };
};
const clientOf = async (port: number): Promise<ApiClient> => {
  const client = await connectApiClient(port);
  onTestFinished(client.close);
  await client.configure();
  return client;
};
const chatsIn = (client: ApiClient) =>
  client.all('packet').flatMap((packet) => parseChat(dataOf(packet)?.payload ?? new Uint8Array()) ?? []);

describe('the demo', () => {
  it('shows a client that connects late who is there', async () => {
    const { clock, port } = await demo();
    clock.advance(3000);
    const client = await clientOf(port);
    await client.settle();
    const senders = new Set(client.all('packet').map(({ from }) => from));
    expect(senders).toEqual(new Set(defaultUnits.map(({ num }) => num)));
  });

  it('answers a chat that the client sends', async () => {
    const { clock, port } = await demo({ intervalMs: 100_000 });
    const client = await clientOf(port);
    const payload = chatFromTak('radio check');
    client.send({ to: BROADCAST, id: 5 }, { portnum: meshtastic.PortNum.ATAK_PLUGIN_V2, payload });
    await client.settle();
    clock.advance(2700);
    await client.until(() => chatsIn(client).length === 1);
    expect(chatsIn(client)).toEqual([{ senderUid: 'ANDROID-51a0000000000003', to: undefined, text: 'copy' }]);
  });

  it('can have the channel that everybody knows', async () => {
    const { port } = await demo({ channel: defaultKeyChannel, firmware: '2.7.26' });
    const [primary] = (await clientOf(port)).all('channel');
    expect(primary?.settings).toMatchObject({ name: '', psk: Uint8Array.of(1) });
  });

  it('stops', async () => {
    const running = await demo();
    const { clock, mesh, port } = running;
    const client = await clientOf(port);
    clock.advance(1000);
    await client.until(() => client.all('packet').length > 0);
    await running.stop();
    await client.closed;
    expect(client.all('packet').flatMap((packet) => mesh.transmit(packet))).toEqual([]);
    await expect(connectApiClient(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('load', () => {
  it('comes at the rate asked for, from all senders in turn', () => {
    const clock = createManualClock();
    const mesh = createMesh({ clock, seed: 1 });
    const heard: number[] = [];
    mesh.join({ num: 1, hopsAway: 0, hear: ({ from }) => void heard.push(from) });
    const load = startLoad({ mesh, framesPerSecond: 333, senders: 40 });
    clock.advance(10_000);
    expect(load.sent()).toBeGreaterThanOrEqual(3329);
    expect(load.sent()).toBeLessThanOrEqual(3330);
    expect(heard).toHaveLength(load.sent());
    expect(new Set(heard).size).toBe(40);
    load.stop();
    clock.advance(1000);
    expect(heard).toHaveLength(load.sent());
  });

  it('does not make up for a clock that jumped', () => {
    const clock = createManualClock();
    const jumping = { ...clock, now: () => clock.now() + jumpMs };
    let jumpMs = 0;
    const load = startLoad({ mesh: createMesh({ clock: jumping, seed: 1 }), framesPerSecond: 100 });
    jumpMs = 3_600_000;
    clock.advance(50);
    expect(load.sent()).toBe(5000);
  });
});
