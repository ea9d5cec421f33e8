/** The copy of journals: its two ends with messages that are lost, doubled and late, and files of both sides. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCopySink } from './copy-sink.ts';
import { createCopySource } from './copy-source.ts';
import type { SourceOutput } from './copy-source.ts';
import type { CopyMessage, CopyStep } from './copy-steps.ts';

const COPY = 7n;
const FILE = 'sink-tak/0000000001.segment';
const OLD = 'sink-tak/0000000000.segment';

const append = (file: string, offset: number, text: string): CopyStep => ({
  kind: 'append',
  file,
  offset,
  bytes: Buffer.from(text),
});

/** A source with the old file in it, and a sink that applies at once. */
const createPair = (old = 'before', patienceMs = 1000) => {
  const source = createCopySource({ patienceMs });
  const sink = createCopySink();
  const files = new Map<string, string>();
  const sent: CopyMessage[] = [];
  const told: SourceOutput[] = [];
  const apply = (step: CopyStep): void => {
    if (step.kind === 'begin') files.clear();
    if (step.kind === 'remove') files.delete(step.file);
    if (step.kind === 'truncate') files.set(step.file, (files.get(step.file) ?? '').slice(0, step.offset));
    if (step.kind !== 'append') return;
    const has = files.get(step.file) ?? '';
    if (step.offset > has.length) throw new RangeError('a hole');
    files.set(
      step.file,
      has +
        Buffer.from(step.bytes)
          .toString()
          .slice(has.length - step.offset),
    );
  };
  const act = (outputs: readonly SourceOutput[]): void => {
    for (const output of outputs) {
      if (output.kind === 'send') sent.push(output.message);
      else if (output.kind === 'load') act(source.loaded(output.copy, output.file, Buffer.from(old), 0));
      else told.push(output);
    }
  };
  const arrive = (message: CopyMessage, wanted = COPY): string[] =>
    sink.take(message, wanted).map((output) => {
      if (output.kind === 'apply') {
        output.message.steps.forEach(apply);
        for (const done of sink.applied(output.message)) {
          if (done.kind === 'taken') act(source.taken(done.answer, 0));
        }
      } else if (output.kind === 'taken') act(source.taken(output.answer, 0));
      return output.kind;
    });
  const begin = (): void => act(source.begin({ copy: COPY, epoch: 3, folders: ['sink-tak'], files: [OLD], nowMs: 0 }));
  return { source, sent, told, files, act, arrive, begin, kinds: () => told.map(({ kind }) => kind) };
};

describe('a copy of journals', () => {
  it('is whole when the files that were there and what was written meanwhile are at the other one', () => {
    const { source, sent, told, files, act, arrive, begin } = createPair();
    begin();
    act(source.write(append(FILE, 0, 'one'), 0).outputs);
    while (sent.length > 0) arrive(sent.shift() as CopyMessage);
    expect([...files]).toEqual([
      [OLD, 'before'],
      [FILE, 'one'],
    ]);
    expect(told).toContainEqual({ kind: 'copied', copy: COPY });
  });

  it('confirms a write only when the other one has it, and at once where there is none', () => {
    const { source, sent, told, act, arrive, begin } = createPair();
    const before = source.write(append(FILE, 0, 'x'), 0);
    expect(before.outputs).toEqual([{ kind: 'confirmed', upTo: before.number }]);
    begin();
    while (sent.length > 0) arrive(sent.shift() as CopyMessage);
    told.splice(0);
    const write = source.write(append(FILE, 0, 'one'), 0);
    act(write.outputs);
    expect(told).toEqual([]);
    arrive(sent.shift() as CopyMessage);
    expect(told).toEqual([{ kind: 'confirmed', upTo: write.number }]);
  });

  it('is given up when nothing is answered, and what waits is confirmed when it is ended', () => {
    const { source, sent, told, act, arrive, begin } = createPair();
    begin();
    while (sent.length > 0) arrive(sent.shift() as CopyMessage);
    told.splice(0);
    const write = source.write(append(FILE, 0, 'one'), 0);
    act(write.outputs);
    act(source.tick(999));
    expect(told).toEqual([]);
    act(source.tick(1000));
    expect(told).toEqual([{ kind: 'copy_lost', copy: COPY }]);
    expect(source.end()).toEqual([{ kind: 'confirmed', upTo: write.number }]);
  });

  it('cuts what is larger than a message', () => {
    const { source, sent, files, act, arrive, begin } = createPair('b'.repeat(1_000_000));
    begin();
    act(source.write(append(FILE, 0, 'w'.repeat(300_000)), 0).outputs);
    let largest = 0;
    for (let message = sent.shift(); message !== undefined; message = sent.shift()) {
      const bytes = message.steps.reduce((sum, step) => sum + (step.kind === 'append' ? step.bytes.length : 0), 0);
      largest = Math.max(largest, bytes);
      arrive(message);
    }
    expect(files.get(OLD)).toHaveLength(1_000_000);
    expect(files.get(FILE)).toHaveLength(300_000);
    expect(largest).toBeLessThanOrEqual(128 * 1024);
  });

  it('is the same whatever is lost, doubled or late', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, maxLength: 5, unit: 'grapheme-ascii' }), { maxLength: 20 }),
        fc.infiniteStream(fc.nat({ max: 5 })),
        (texts, fates) => {
          const { source, sent, files, act, arrive, begin, kinds } = createPair('before', 1e9);
          begin();
          let offset = 0;
          const pass = (): void => {
            for (const message of sent.splice(0)) {
              const fate = fates.next().value;
              if (fate === 0) continue;
              if (fate === 1) sent.push(message);
              else arrive(message);
              if (fate === 2) arrive(message);
            }
          };
          for (const text of texts) {
            act(source.write(append(FILE, offset, text), 0).outputs);
            offset += text.length;
            pass();
          }
          const isDone = (): boolean => kinds().includes('copied') && (files.get(FILE)?.length ?? 0) === offset;
          for (let atMs = 1000; atMs < 500_000 && !isDone(); atMs += 1000) {
            pass();
            act(source.tick(atMs));
          }
          expect(files.get(OLD)).toBe('before');
          expect(files.get(FILE) ?? '').toBe(texts.join(''));
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each<[string, CopyStep]>([
    ['a path out of the folder', append('../../etc/0000000001.segment', 0, 'x')],
    ['an absolute path', append('/etc/0000000001.segment', 0, 'x')],
    ['another file', append('certificates/authority.pem', 0, 'x')],
    ['a folder of folders', append('a/b/0000000001.segment', 0, 'x')],
    ['a removal elsewhere', { kind: 'remove', file: 'pair-tak/lock' }],
    ['a folder that is none of ours', { kind: 'begin', folders: ['..'] }],
  ])('with %s is refused', (_, step) => {
    const sink = createCopySink();
    sink.take({ copy: COPY, epoch: 1, number: 1, steps: [{ kind: 'begin', folders: [] }] }, COPY);
    const number = step.kind === 'begin' ? 1 : 2;
    const other = step.kind === 'begin' ? 8n : COPY;
    expect(sink.take({ copy: other, epoch: 1, number, steps: [step] }, other)).toEqual([{ kind: 'copy_broken' }]);
  });

  it('that nobody wants is not taken', () => {
    const { sent, arrive, begin, files } = createPair();
    begin();
    expect(sent.flatMap((message) => arrive(message, 8n))).toEqual([]);
    expect(arrive({ copy: 0n, epoch: 1, number: 1, steps: [{ kind: 'begin', folders: [] }] }, 0n)).toEqual([]);
    expect(files.size).toBe(0);
  });
});
