import { create, toBinary } from '@bufbuild/protobuf';
import { createMessage, meshtastic } from '@cotbus/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useCommandRun } from '../testing/command-run.ts';
import { startScene } from '../testing/scene.ts';
import type { Scene } from '../testing/scene.ts';
import { doctor } from './doctor.ts';
import type { DoctorOptions } from './doctor.ts';

interface Line {
  readonly level: string;
  readonly code: string;
  readonly about: string;
  readonly cause: string;
  readonly place?: string;
  readonly state?: string;
  readonly node?: string;
  readonly egress?: string;
}

const HUT = 0x2001;
const command = useCommandRun('doctor');

const phone = (uid: string): string => {
  const iso = (offsetMs: number): string => new Date(Date.now() + offsetMs).toISOString();
  return (
    `<event version="2.0" uid="${uid}" type="a-f-G-U-C" how="m-g" time="${iso(0)}" start="${iso(0)}" ` +
    `stale="${iso(60_000)}"><point lat="47" lon="11" hae="9999999" ce="9999999" le="9999999"/>` +
    `<detail><contact callsign="Anna" endpoint="*:-1:stcp"/></detail></event>`
  );
};

describe('cotbus doctor, asked about somebody', () => {
  let scene: Scene;
  const examine = async (options: DoctorOptions): Promise<Line[]> => {
    command.printed.length = 0;
    await doctor({ bus: scene.busUrl, json: true, ...options });
    return command.printed.map((line) => JSON.parse(line) as Line);
  };
  beforeAll(async () => {
    scene = await startScene();
    const user = create(meshtastic.UserSchema, { longName: 'Hut', shortName: 'HUT' });
    scene.radios[0]?.nodes.put(create(meshtastic.NodeInfoSchema, { num: HUT, user }));
    scene.mesh.join({ num: HUT, hopsAway: 0, hear: () => {} });
    const position = create(meshtastic.PositionSchema, { latitudeI: 470_000_000, longitudeI: 110_000_000 });
    const payload = toBinary(meshtastic.PositionSchema, position);
    scene.mesh.transmit(
      create(meshtastic.MeshPacketSchema, {
        from: HUT,
        to: 0xffffffff,
        id: 77,
        payloadVariant: { case: 'decoded', value: { portnum: meshtastic.PortNum.POSITION_APP, payload } },
      }),
    );
    await scene.outcome('the position', ({ node, port }) => node === HUT && port === 3);
  });
  afterAll(() => scene.stop());

  it('says when a node was heard over which radio, and for each link why it is not seen', async () => {
    for (const node of ['!00002001', 'MESHTASTIC-00002001']) {
      const lines = await examine({ node });
      expect(lines[0]).toMatchObject({ level: 'note', code: 'node_heard', node: '!00002001' });
      expect(lines[0]?.cause).toMatch(/last heard \d+ s ago by radio-0 on mesh valley/);
      expect(lines.slice(1)).toMatchObject([
        { level: 'warning', code: 'nobody_connected', place: 'listen', state: 'not_shown', egress: 'tak' },
      ]);
      expect(process.exitCode).toBe(1);
    }
  });

  it('says of somebody who is seen that he is, and why a TAK user is not on the mesh', async () => {
    const client = await scene.client();
    client.send(phone('ANDROID-1'));
    await client.waitFor('the hut', (xml) => xml.includes('MESHTASTIC-00002001'));
    await scene.outcome('the report', ({ uid, destination }) => uid === 'ANDROID-1' && destination === 'valley');
    const [line, ...more] = await examine({ node: 'anna' });
    expect(more).toEqual([]);
    expect(line).toMatchObject({ level: 'warning', code: 'not_on_air', place: 'valley', state: 'not_shown' });
    expect(line?.cause).toMatch(/^The configuration does not let it pass: toMesh.kinds has no pli, \d+ s ago\.$/);
    client.close();
  });

  it('says that nobody is known, what is asked wrongly, and which links there are', async () => {
    expect(await examine({ node: 'Nobody' })).toMatchObject([{ code: 'nobody_known', about: 'Nobody' }]);
    expect(await examine({ link: 'listen' })).toMatchObject([{ place: 'listen', egress: 'tak' }]);
    expect(process.exitCode).toBe(1);
    expect((await examine({ link: 'county' }))[0]?.cause).toContain('there is no such link here; there are: listen');
    expect(await examine({ activateChannels: true })).toMatchObject([{ level: 'fault', code: 'told_no' }]);
    expect(await examine({ node: 'x', link: 'y' })).toMatchObject([{ level: 'fault', code: 'told_no' }]);
    const [refused] = await examine({ link: 'listen', activateChannels: true });
    expect(refused?.cause).toContain('listen has no server with channels');
  });

  it('writes it for a person, and nothing of a stranger drives the terminal', async () => {
    command.printed.length = 0;
    await doctor({ bus: scene.busUrl, node: '\u001b[2J' });
    expect(command.printed).toEqual([
      'WARNING  \\u001b[2J: No agent and no egress has heard of anybody of that name, uid or number within a day.  [nobody_known]',
      '         → Check how it is written, or let it send something; the status page and cotbus outcomes show who is heard.',
      'Faults: 0. Warnings: 1.',
    ]);
  });

  it('ends where an egress does not answer', async () => {
    // A status of an egress that is none.
    const status = createMessage('serviceStatus', {
      name: 'tak-egress',
      instance: 'mute',
      online: true,
      ready: true,
      atMs: Date.now(),
    });
    scene.bus.publish('serviceStatus', status);
    const lines = await examine({ node: 'Nobody' });
    expect(lines.find(({ code }) => code === 'no_answer')).toMatchObject({ level: 'fault', about: 'mute' });
  });
});
