import fc from 'fast-check';
import { zlibSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { OPEN_TRANSFERS, WHOLE_TRANSFERS } from '../limits.ts';
import { readAck } from './ack.ts';
import type { Assembled, FountainAssembler } from './assembler.ts';
import { createFountainAssembler } from './assembler.ts';
import { blockIndices, firstSeed } from './block-choice.ts';
import { createEquations } from './equations.ts';
import { buildFragment, fragmentOf } from './fragment.ts';
import { VECTOR_HASH, VECTOR_MESSAGE, encoded, fragmentIn, peerFragments, textEvent } from './testing/peer-transfer.ts';

const SENDER = 0x15465d8d;

const payloadsOf = (length: number, transferId?: number): readonly Uint8Array[] =>
  encoded(textEvent(length), 'apple', transferId).payloads;

interface Where {
  readonly mesh?: string;
  readonly sender?: number;
  readonly radio?: string;
  readonly nowMs?: number;
}

/** Items are named `radio` and the position of the payload. */
const hear = (
  assembler: FountainAssembler<string>,
  payloads: readonly Uint8Array[],
  { mesh = 'hills', sender = SENDER, radio = '', nowMs = 0 }: Where = {},
): readonly Assembled<string>[] =>
  payloads.map((payload, at) => {
    const item = `${radio}${at}`;
    return assembler.add({ item, key: item, mesh, sender, payload, nowMs });
  });

const kinds = (added: readonly Assembled<string>[]): string => added.map(({ kind }) => kind[0]).join('');
const wholeOf = (added: readonly Assembled<string>[]) => {
  const whole = added.find((one) => one.kind === 'whole');
  if (whole === undefined) expect.fail(`not whole: ${kinds(added)}`);
  return whole;
};

describe('an assembler', () => {
  const event = textEvent(1000);
  const payloads = payloadsOf(1000);
  const blocks = payloads[0]?.[8] ?? 0;

  it('says how far a transfer is, what came of it, and what was too much', () => {
    const assembler = createFountainAssembler<string>();
    const added = hear(assembler, payloads);
    expect(kinds(added)).toBe('p'.repeat(blocks - 1) + 'w' + 's'.repeat(payloads.length - blocks));
    const { transfer, needed } = fragmentOf('hills', SENDER, payloads[0] ?? new Uint8Array()) ?? {};
    expect(added[1]).toEqual({ kind: 'progress', transfer, have: 2, needed });
    const whole = wholeOf(added);
    expect(whole.result).toEqual({ ok: true, event });
    expect(whole.covers).toEqual(Array.from({ length: blocks }, (_, at) => `${at}`));
    expect(whole.transfer).toMatch(new RegExp(`^${transfer}-[0-9a-f]{16}$`));
    expect(whole.transfer.length).toBeLessThanOrEqual(64);
    expect(added.at(-1)).toEqual({ ...whole, kind: 'surplus', covers: [`${payloads.length - 1}`] });
  });

  it('gives the answer to send: complete, with the hash of the whole', () => {
    const sent = encoded(event, 'plugin', 77);
    const { ack = new Uint8Array() } = wholeOf(hear(createFountainAssembler(), sent.payloads));
    expect(readAck(ack)).toEqual({
      ok: true,
      ack: {
        transferId: 77,
        kind: 'complete',
        received: sent.payloads[0]?.[8],
        needed: 0,
        hash: sent.transfer?.hash,
      },
    });
  });

  it('covers every copy that any radio heard, each once, and those that followed from others', () => {
    const assembler = createFountainAssembler<string>();
    hear(assembler, payloads.slice(0, 2), { radio: 'a' });
    hear(assembler, payloads.slice(1, 3), { radio: 'b' });
    hear(assembler, payloads.slice(0, 2), { radio: 'a', nowMs: 30_000 });
    const whole = wholeOf(hear(assembler, payloads, { radio: 'c' }));
    expect(whole.covers.toSorted().join(' ')).toBe(
      ['a0', 'a1', 'b0', 'b1', ...Array.from({ length: blocks }, (_, at) => `c${at}`)].join(' '),
    );
  });

  it('makes the same of the same fragments in any order, doubled and with gaps, as soon as it can', () => {
    const lengths = fc.constantFrom(200, 600, 1500, 4000, 9000);
    const order = fc.array(fc.nat(), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(lengths, order, fc.constantFrom<'apple' | 'plugin'>('apple', 'plugin'), (length, picks, audience) => {
        const { payloads: sent } = encoded(textEvent(length), audience, length);
        const heard = picks.map((pick) => sent[pick % sent.length] ?? new Uint8Array());
        const added = hear(createFountainAssembler(), heard);
        expect(added.findIndex(({ kind }) => kind === 'whole')).toBe(firstFullRank(heard));
        expect(kinds(added)).toMatch(/^p*(?:ws*)?$/);
        const results = added.filter((one) => one.kind === 'whole' || one.kind === 'surplus');
        const result = { ok: true, event: textEvent(length) };
        expect(results.map((one) => one.result)).toEqual(results.map(() => result));
      }),
    );
  });

  const firstFullRank = (heard: readonly Uint8Array[]): number => {
    let equations: ReturnType<typeof createEquations> | undefined;
    return heard.findIndex((payload) => {
      const { seed, sourceBlocks, transferId } = fragmentIn(payload);
      equations ??= createEquations(sourceBlocks, 1);
      equations.add(blockIndices(seed, sourceBlocks, seed === firstSeed(transferId)), Uint8Array.of(0));
      return equations.rank === sourceBlocks;
    });
  };

  it('reads transfers of peers with blocks of any size, also one that phones could not', () => {
    const message = Uint8Array.of(0, ...zlibSync(new TextEncoder().encode('<event/>'.padEnd(3000, ' '))));
    const sizes = [1, 7, 9, 20, 100, 214, 220, 222, 1000];
    for (const blockBytes of sizes.filter((bytes) => message.length <= 255 * bytes)) {
      const sent = peerFragments(message, { transferId: 42, blockBytes, count: 900 });
      const whole = wholeOf(hear(createFountainAssembler(), sent));
      expect(whole.result).toMatchObject({ reason: 'impossible', detail: 'event without a uid' });
    }
  });

  it('gives the hash of the published transfer', () => {
    const sent = peerFragments(VECTOR_MESSAGE, { transferId: 0x123456, blockBytes: 220, count: 5 });
    const { transfer, result, ack } = wholeOf(hear(createFountainAssembler(), sent));
    expect(transfer.endsWith(`-${VECTOR_HASH}`)).toBe(true);
    expect([result, ack]).toMatchObject([{ ok: false, reason: 'garbled' }, undefined]);
  });

  it('takes what is refused as whole, too: its fragments end with it', () => {
    const file = Uint8Array.from({ length: 700 }, (_, at) => (at === 0 ? 1 : at & 0xff));
    const assembler = createFountainAssembler<string>();
    const sent = peerFragments(file, { transferId: 42, blockBytes: 214, count: 30 });
    const added = hear(assembler, sent);
    expect(wholeOf(added)).toMatchObject({ result: { reason: 'unsupported', detail: 'a file of 699 bytes' } });
    expect(added.at(-1)).toMatchObject({ kind: 'surplus', result: { reason: 'unsupported' }, ack: undefined });
    expect(assembler.stats()).toMatchObject({ open: 0, whole: 1 });
  });

  it('keeps senders, meshes, numbers and lengths apart', () => {
    const assembler = createFountainAssembler<string>();
    const half = payloads.slice(0, blocks - 1);
    const rest = payloads.slice(blocks - 1);
    const others = [{ sender: 2 }, { mesh: 'valley' }, {}];
    for (const other of others) hear(assembler, half, other);
    hear(assembler, payloadsOf(1000, 0x123457).slice(0, 2));
    expect(assembler.stats()).toMatchObject({ open: 4, whole: 0 });
    const names = others.map((other) => wholeOf(hear(assembler, rest, other)).transfer);
    expect(new Set(names).size).toBe(3);
  });

  it('that starts anew makes the same whole of the same fragments', () => {
    const once = wholeOf(hear(createFountainAssembler(), payloads));
    const again = wholeOf(hear(createFountainAssembler(), payloads.toReversed(), { nowMs: 900_000 }));
    expect([again.transfer, again.result, again.ack]).toEqual([once.transfer, once.result, once.ack]);
  });
});

describe('late fragments', () => {
  const payloads = payloadsOf(1000);
  const blocks = payloads[0]?.[8] ?? 0;

  it('start nothing while the whole is remembered, whenever they come and how often', () => {
    const assembler = createFountainAssembler<string>();
    const { transfer } = wholeOf(hear(assembler, payloads));
    for (const nowMs of [1000, 300_000, WHOLE_TRANSFERS.lifeMs - 1]) {
      const late = hear(assembler, payloads, { radio: 'late', nowMs });
      expect(kinds(late)).toBe('s'.repeat(payloads.length));
      expect(late[0]).toMatchObject({ transfer, covers: ['late0'], result: { ok: true } });
      expect(assembler.stats()).toMatchObject({ open: 0, whole: 1 });
    }
  });

  it('of a whole that is forgotten make it again, by the same name', () => {
    const assembler = createFountainAssembler<string>();
    const { transfer } = wholeOf(hear(assembler, payloads));
    const again = hear(assembler, payloads, { nowMs: WHOLE_TRANSFERS.lifeMs });
    expect(wholeOf(again).transfer).toBe(transfer);
  });

  it('of a sender that repeats with other seeds are surplus', () => {
    const assembler = createFountainAssembler<string>();
    hear(assembler, payloads);
    // Other seeds of that one block.
    const fragment = fragmentIn(payloads[0]);
    const seeds = Array.from({ length: 65536 }, (_, seed) => seed).filter((seed) => {
      const [index, ...others] = blockIndices(seed, blocks, false);
      return index === 0 && others.length === 0;
    });
    const repeated = seeds.slice(-3).map((seed) => buildFragment({ ...fragment, seed }));
    expect(kinds(hear(assembler, repeated))).toBe('sss');
  });

  it('of another whole under the same number and length make that one', () => {
    const assembler = createFountainAssembler<string>();
    const first = wholeOf(hear(assembler, payloads));
    const other = fragmentIn(payloads[0]);
    const message = Uint8Array.from({ length: other.totalBytes }, (_, at) => (at * 7919) & 0xff);
    const sent = peerFragments(message, { transferId: other.transferId, blockBytes: 220, count: 60 });
    const second = wholeOf(hear(assembler, sent, { radio: 'x' }));
    expect(second.transfer).not.toBe(first.transfer);
    expect(second.transfer.slice(0, 43)).toBe(first.transfer.slice(0, 43));
    expect(second.result.ok).toBe(false);
  });
});

describe('a hostile sender', () => {
  const payloads = payloadsOf(1000);
  const blocks = payloads[0]?.[8] ?? 0;

  it('that sends two contents for one transfer is refused the second', () => {
    const assembler = createFountainAssembler<string>();
    hear(assembler, payloads.slice(0, 2));
    const bad = (payloads[1] ?? new Uint8Array()).with(30, 0);
    expect(hear(assembler, [bad])[0]).toMatchObject({
      kind: 'refused',
      refusal: { reason: 'garbled', detail: 'a fragment that contradicts earlier ones of transfer 123456' },
    });
    expect(kinds(hear(assembler, payloads.slice(2, blocks)))).toMatch(/w$/);
  });

  it('that floods loses its own transfers, not those of others', () => {
    const assembler = createFountainAssembler<string>();
    hear(assembler, payloads.slice(0, blocks - 1));
    hear(assembler, payloadsOf(500), { sender: 3 });
    const block = new Uint8Array(220).fill(0x55);
    for (let transferId = 0; transferId < 3000; transferId += 1) {
      const flood = buildFragment({ transferId, seed: transferId, sourceBlocks: 255, totalBytes: 56_000, block });
      hear(assembler, [flood], { sender: 2, nowMs: 1 });
      const { open, bytes } = assembler.stats();
      expect(open).toBeLessThanOrEqual(1 + OPEN_TRANSFERS.perSender);
      expect(bytes).toBeLessThan(1_000_000);
    }
    expect(kinds(hear(assembler, payloads.slice(blocks - 1, blocks)))).toBe('w');
    expect(kinds(hear(assembler, payloadsOf(500), { sender: 3 }))).toMatch(/^s+$/);
  });

  it('that is many stays within the bound of all', () => {
    const assembler = createFountainAssembler<string>();
    const block = new Uint8Array(3900).fill(0x55);
    for (let sender = 0; sender < 4000; sender += 1) {
      const flood = buildFragment({ transferId: sender, seed: 5, sourceBlocks: 16, totalBytes: 62_000, block });
      hear(assembler, [flood, flood], { sender });
    }
    expect(assembler.stats().open).toBe(OPEN_TRANSFERS.inAll);
    expect(assembler.stats().bytes).toBeLessThanOrEqual(OPEN_TRANSFERS.bytesInAll);
  });

  it('that finishes many transfers leaves others remembered', () => {
    const assembler = createFountainAssembler<string>();
    hear(assembler, payloads);
    for (let transferId = 0; transferId < 300; transferId += 1) {
      const message = Uint8Array.from({ length: 12 }, (_, at) => at + transferId);
      hear(assembler, peerFragments(message, { transferId, blockBytes: 6, count: 30 }), { sender: 2 });
    }
    expect(assembler.stats()).toMatchObject({ open: 0, whole: 1 + WHOLE_TRANSFERS.perSender });
    expect(kinds(hear(assembler, payloads))).toMatch(/^s+$/);
  });

  it('cannot make it throw, with any bytes at any time', () => {
    const assembler = createFountainAssembler<string>();
    const header = fc.tuple(fc.nat(3), fc.nat(65535), fc.constantFrom(0, 1, 2, 3, 255), fc.nat(700));
    const payload = fc
      .tuple(header, fc.uint8Array({ maxLength: 240 }))
      .map(([[id, seed, sourceBlocks, totalBytes], block]) =>
        buildFragment({ transferId: id, seed, sourceBlocks, totalBytes, block }),
      );
    const step = fc.tuple(fc.oneof(payload, fc.uint8Array({ maxLength: 40 })), fc.nat(3), fc.nat(400_000));
    let nowMs = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        for (const [bytes, sender, passedMs] of steps) {
          nowMs += passedMs;
          const [added] = hear(assembler, [bytes], { sender, nowMs });
          expect(added?.kind === 'refused' ? added.refusal.reason : 'garbled').toBe('garbled');
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a transfer that waits', () => {
  const payloads = payloadsOf(1000);
  const blocks = payloads[0]?.[8] ?? 0;
  const last = payloads.slice(blocks - 1, blocks);

  it('is given up after five minutes without a fragment, and begins anew', () => {
    const assembler = createFountainAssembler<string>();
    hear(assembler, payloads.slice(0, blocks - 1));
    const added = hear(assembler, last, { nowMs: OPEN_TRANSFERS.lifeMs });
    expect(added[0]).toMatchObject({ kind: 'progress', have: 1 });
  });

  it('waits as long as its origin repeats what it has', () => {
    const assembler = createFountainAssembler<string>();
    for (let nowMs = 0; nowMs < 3_600_000; nowMs += 299_000) {
      hear(assembler, payloads.slice(0, blocks - 1), { nowMs });
    }
    expect(kinds(hear(assembler, last, { nowMs: 3_700_000 }))).toBe('w');
  });
});
