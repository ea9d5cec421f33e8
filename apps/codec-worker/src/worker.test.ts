import { createMessage, Dialect, itemKey, Kind, Reason } from '@cotbus/contracts';
import type { RxResult, TxResult } from '@cotbus/contracts';
import { createMemoryBroker, testContext } from '@cotbus/service/testing';
import { describe, expect, it } from 'vitest';
import { workerOptions } from './options.ts';
import { codecWorker } from './worker.ts';

const id = { origin: 'radio-1', incarnation: 1, nonce: 5n, seq: 3 };
const item = {
  id,
  low: 1,
  ageMs: 40,
  attempt: 2,
  durable: true,
  addressed: [{ destination: 'tak', sink: 'tak', assignment: 1, lifeMs: 9 }],
};
const event = {
  uid: 'GeoChat.A.All Chat Rooms.1',
  type: 'b-t-f',
  kind: Kind.CHAT,
  lat: 1,
  lon: 2,
  hae: 9999999,
  timeMs: 1000,
  startMs: 1000,
  staleMs: 2000,
  detail: '<__chat id="All Chat Rooms" senderCallsign="A"/><remarks>hi</remarks>',
};

/** A worker between two ends of a bus; `sent` fills as results come. */
const start = async () => {
  const broker = createMemoryBroker();
  const bus = broker.connect();
  const context = testContext({ name: 'codec-worker', broker });
  await codecWorker.start(context, workerOptions.parse({}));
  const rx: RxResult[] = [];
  const tx: TxResult[] = [];
  await bus.subscribe('rxResult', {}, (result) => result && rx.push(result));
  await bus.subscribe('txResult', {}, (result) => result && tx.push(result));
  return { bus, rx, tx, context };
};

describe('the codec worker', () => {
  it('answers each frame with one result that carries the item header through', async () => {
    const { bus, rx, context } = await start();
    const about = { item, mesh: 'valley', from: 7, packetId: 9, frameHash: 11n };
    bus.publish('frameHeard', createMessage('frameHeard', { ...about, port: 4, refresh: true }));
    bus.publish('frameHeard', createMessage('frameHeard', { ...about, port: 78, payload: Uint8Array.of(0xff) }));
    await context.clock.pass(0);
    expect(rx).toHaveLength(2);
    for (const result of rx) {
      expect(result).toMatchObject({ item, mesh: 'valley', node: 7, packetId: 9, frameHash: 11n });
    }
    expect(rx.map(({ kind, result }) => [kind, result.case])).toEqual([
      [Kind.PLI, 'event'],
      [Kind.REFUSED, 'refusal'],
    ]);
    expect(rx[1]?.result).toMatchObject({ value: { reason: Reason.GARBLED } });
  });

  it('answers an event with one frame for each mesh, named for its agent', async () => {
    const { bus, tx, context } = await start();
    const addressed = [
      { destination: 'valley', sink: 'radio-1', assignment: 1, lifeMs: 5000 },
      { destination: 'ridge', sink: 'radio-2', assignment: 3, lifeMs: 400 },
    ];
    const both = { ...item, addressed };
    bus.publish('eventHeard', createMessage('eventHeard', { item: both, kind: Kind.CHAT, event }));
    await context.clock.pass(0);
    expect(tx.map((result) => [result.agent, result.mesh, result.result.case])).toEqual([
      ['radio-1', 'valley', 'frame'],
      ['radio-2', 'ridge', 'frame'],
    ]);
    expect(tx.map((result) => result.item?.addressed)).toMatchObject(addressed.map((one) => [one]));
    expect(tx[0]?.item?.id && itemKey(tx[0].item.id)).toBe('radio-1/1.0000000000000005/3');
  });

  it('writes an event in the dialect that is asked for, marked with who said it first', async () => {
    const { bus, tx, context } = await start();
    const addressed = ['radio-1', 'radio-2'].map((sink) => ({ destination: 'valley', sink, assignment: 1, lifeMs: 9 }));
    const status = { mesh: 'valley', online: true, dialect: Dialect.V2 };
    const capabilities = { supportsTakV2: true, takV1Usable: true };
    bus.publish('agentStatus', createMessage('agentStatus', { ...status, agent: 'radio-1', capabilities }));
    const spoiled = { ...capabilities, takV1Usable: false };
    bus.publish('agentStatus', createMessage('agentStatus', { ...status, agent: 'radio-2', capabilities: spoiled }));
    await context.clock.pass(0);
    for (const translateTo of [Dialect.V1, Dialect.V2, Dialect.UNSPECIFIED]) {
      const heard = { item: { ...item, addressed }, kind: Kind.CHAT, event, saidBy: 0x99, translateTo };
      bus.publish('eventHeard', createMessage('eventHeard', heard));
      await context.clock.pass(0);
    }
    const frames = tx.map(({ result }) => result.case === 'frame' && [result.value.port, result.value.saidBy]);
    // Where the firmware spoils port 72, port 257 carries all that V1 does.
    expect(frames).toEqual([72, 257, 78, 78, 78, 78].map((port) => [port, 0x99]));
  });

  it('hands on who said a frame first', async () => {
    const { bus, rx, context } = await start();
    bus.publish('frameHeard', createMessage('frameHeard', { item, mesh: 'valley', from: 7, port: 78, saidBy: 0x99 }));
    await context.clock.pass(0);
    expect(rx).toMatchObject([{ node: 7, saidBy: 0x99 }]);
  });

  it('passes a refusal on to the agent, who owns the outcome', async () => {
    const { bus, tx, context } = await start();
    const pong = { ...event, uid: 's', type: 't-x-c-t-r', kind: Kind.RAW, detail: '' };
    bus.publish('eventHeard', createMessage('eventHeard', { item, kind: Kind.RAW, event: pong }));
    await context.clock.pass(0);
    expect(tx.map(({ result }) => result)).toMatchObject([{ case: 'refusal', value: { reason: Reason.NOT_ALLOWED } }]);
  });
});
