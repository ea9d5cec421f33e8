import { buildEventXml, encodeForwarder, readAck } from '@cotbus/codec';
import { createMessage, itemKey, Kind } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { createAssemble } from './assemble.ts';
import type { Assemble } from './assemble.ts';

const points = Array.from(
  { length: 12 },
  (_, at) =>
    `<link uid="w${at}-${(at * 7919).toString(36)}" point="4${at}.1234${at * 37},7.${at * 811}" callsign="CP ${at * 31}" type="b-m-p-w"/>`,
);
const route = {
  ...createMessage('eventHeard', {
    event: {
      uid: 'route-1',
      type: 'b-m-r',
      how: 'h-e',
      kind: Kind.ROUTE,
      timeMs: 1e12,
      startMs: 1e12,
      staleMs: 1e12 + 9e5,
      lat: 47,
      lon: 8,
      hae: 9999999,
      ce: 9999999,
      le: 9999999,
      detail: points.join(''),
    },
  }).event!,
};
const encoded = encodeForwarder(route, { audience: 'plugin', transferId: 0xabcdef });
if (!encoded.ok) throw new Error(encoded.detail);
const { payloads } = encoded;

/** One fragment as an item of an agent. */
const heardAt = (agent: string, at: number, { attempt = 1, sinks = ['tak'] } = {}) =>
  createMessage('fragmentHeard', {
    item: {
      id: { origin: agent, incarnation: 1, nonce: 5n, seq: at + 1 },
      attempt,
      addressed: sinks.map((sink) => ({ destination: sink, sink })),
    },
    mesh: 'valley',
    from: 0xa1,
    port: 257,
    payload: payloads[at] ?? new Uint8Array(),
    frameHash: BigInt(at + 1),
  });

const hear = (assemble: Assemble, ...heard: ReturnType<typeof heardAt>[]) =>
  heard.flatMap((each) => assemble(each, 0)?.result ?? []);

describe('a worker that assembles', () => {
  it('says nothing before a transfer is whole, then answers for every fragment of every radio', () => {
    const assemble = createAssemble('one', () => ['one']);
    const last = payloads.length - 1;
    const results = hear(
      assemble,
      ...payloads.slice(0, last).map((_, at) => heardAt(at % 2 === 0 ? 'radio-1' : 'radio-2', at)),
    );
    const [whole, ...surplus] = results;
    expect(whole).toMatchObject({ mesh: 'valley', node: 0xa1, port: 257, frameHash: 0n, kind: Kind.ROUTE });
    expect(whole?.result.case === 'event' && buildEventXml(whole.result.value)).toBe(buildEventXml(route));
    const covered = whole?.covers.map(({ id, sinks }) => `${id && itemKey(id)} ${sinks.join()}`);
    expect(covered).toContain('radio-1/1.0000000000000005/1 tak');
    expect(covered).toContain('radio-2/1.0000000000000005/2 tak');
    for (const { transfer } of surplus) expect(transfer).toBe(whole?.transfer);
  });

  it('that starts anew needs only to hear the fragments again', () => {
    const before = createAssemble('one', () => ['one']);
    const after = createAssemble('one', () => ['one']);
    const all = payloads.map((_, at) => heardAt('radio-1', at));
    expect(hear(after, ...all)[0]).toEqual(hear(before, ...all)[0]);
  });

  it('leaves the word to one of several; the others speak up when its fragments come again', () => {
    const names = ['one', 'two', 'three'];
    const workers = names.map((name) => createAssemble(name, () => names));
    const answers = (attempt: number): number =>
      workers.filter((each) => hear(each, ...payloads.map((_, at) => heardAt('radio-1', at, { attempt }))).length > 0)
        .length;
    expect([answers(1), answers(2), answers(3)]).toEqual([1, 2, 3]);
  });

  it('refuses what is no fragment or contradicts another, for that item alone', () => {
    const assemble = createAssemble('one', () => []);
    const broken = { ...heardAt('radio-1', 0), payload: Uint8Array.of(0x46, 0x54, 0x4e, 1) };
    expect(assemble(broken, 0)?.result).toMatchObject({ kind: Kind.REFUSED, transfer: '', covers: [] });
  });

  it('answers the sender once, when it is whole', () => {
    const assemble = createAssemble('one', () => ['one']);
    const answers = payloads.flatMap((_, at) => assemble(heardAt('radio-1', at), 0)?.answer ?? []);
    expect(answers).toHaveLength(1);
    const again = payloads.flatMap((_, at) => assemble(heardAt('radio-1', at, { attempt: 2 }), 0)?.answer ?? []);
    expect(again).toEqual([]);
    const [answer] = answers;
    expect(answer && readAck(answer)).toMatchObject({ ok: true, ack: { kind: 'complete', transferId: 0xabcdef } });
  });
});
