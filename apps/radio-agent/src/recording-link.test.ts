import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { fakeClock, silentLog } from '@cotbus/service/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RadioOutput } from './radio-output.ts';
import { RadioUnreachable } from './radio.ts';
import { openRecordingLink } from './recording-link.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cotbus-recording-link-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const START_MS = Date.UTC(2026, 0, 1);
const frame = (id: number, ms: number, fields: object = {}) => ({
  type: 'frame',
  at: new Date(START_MS + ms).toISOString(),
  agent: 'hill',
  mesh: 'valley',
  from: '!00002001',
  to: '!ffffffff',
  id,
  port: 1,
  channel: 0,
  payload: 'aGk=',
  ...fields,
});

const open = async (lines: readonly unknown[], options: { speed?: number; mesh?: string } = {}) => {
  const file = join(folder, 'x.jsonl');
  const header = { recording: 'cotbus', version: 1, at: new Date(START_MS).toISOString(), by: 'test' };
  writeFileSync(file, [header, ...lines].map((line) => `${JSON.stringify(line)}\n`).join(''));
  const clock = fakeClock();
  const outputs: RadioOutput[] = [];
  const parts = { clock, log: silentLog(), status: { count: () => undefined } };
  const link = await openRecordingLink({ ...parts, options: { file, speed: 1, ...options } }, (output) =>
    outputs.push(output),
  );
  const ids = () => outputs.flatMap((output) => (output.kind === 'packet' ? [output.packet.id] : []));
  /** Lets time pass until so many packets came. */
  const packets = async (count: number): Promise<void> =>
    vi.waitFor(
      () => {
        clock.advance(0);
        expect(ids()).toHaveLength(count);
      },
      { interval: 1, timeout: 20_000 },
    );
  return { clock, outputs, link, ids, packets };
};

describe('a recording in the place of a radio', () => {
  it('plays frames at their pace', async () => {
    const { clock, ids, packets, link } = await open([frame(1, 0), frame(2, 1000), frame(3, 5000)], { speed: 2 });
    await packets(1);
    await vi.waitFor(() => expect(clock.pending).toBe(1), { timeout: 20_000 });
    clock.advance(499);
    expect(ids()).toEqual([1]);
    clock.advance(1);
    await packets(2);
    await vi.waitFor(() => expect(clock.pending).toBe(1), { timeout: 20_000 });
    clock.advance(2000);
    await packets(3);
    await link.close();
    expect(clock.pending).toBe(0);
  });

  it('says who sent them, and how they were received', async () => {
    const about = { name: 'Anna', shortName: 'A', hops: 2, snrDb: -3, rssiDbm: -90, viaMqtt: true };
    const { outputs, packets, link } = await open([frame(1, 0, about), frame(2, 0, about)]);
    await packets(2);
    expect(outputs.map(({ kind }) => kind)).toEqual(['ready', 'nodesComplete', 'nodeInfo', 'packet', 'packet']);
    expect(outputs[2]).toMatchObject({ info: { num: 0x2001, user: { longName: 'Anna', shortName: 'A' } } });
    expect(outputs[3]).toMatchObject({
      packet: { from: 0x2001, to: 0xffffffff, rxSnr: -3, rxRssi: -90, hopStart: 7, hopLimit: 5, viaMqtt: true },
      replayed: false,
    });
    await link.close();
  });

  it('plays one mesh of several, and passes over damage and what is no frame', async () => {
    const lines = [frame(1, 0, { mesh: 'coast' }), { type: 'outcome' }, 7, frame(2, 0)];
    const { ids, packets, link } = await open(lines, { mesh: 'valley' });
    await packets(1);
    expect(ids()).toEqual([2]);
    await link.close();
  });

  it('sends nothing, and says so of each packet', async () => {
    const { outputs, packets, link } = await open([frame(1, 0)]);
    await packets(1);
    link.send({ case: 'packet', value: create(meshtastic.MeshPacketSchema, { id: 9 }) });
    await vi.waitFor(
      () =>
        expect(outputs.at(-1)).toEqual({
          kind: 'notSent',
          packetId: 9,
          refusal: { reason: 'radio_refused', detail: 'a recording sends nothing' },
        }),
      { timeout: 20_000 },
    );
    await link.close();
  });

  it('stays when it is over, and gives nothing after it was closed', async () => {
    const { clock, ids, packets, link } = await open([frame(1, 0), frame(2, 60_000)]);
    const ends: string[] = [];
    void link.closed.then((why) => ends.push(why));
    await packets(1);
    await link.close();
    clock.advance(60_000);
    expect([ids(), ends]).toEqual([[1], ['closed by us']]);
  });

  it('is away in words when there is none', async () => {
    const parts = { clock: fakeClock(), log: silentLog(), status: { count: () => undefined } };
    const attempt = openRecordingLink({ ...parts, options: { file: join(folder, 'none'), speed: 1 } }, () => undefined);
    await expect(attempt).rejects.toThrow(RadioUnreachable);
    await expect(attempt).rejects.toThrow(/none cannot be read \(ENOENT\)$/);
  });
});
