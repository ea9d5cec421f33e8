import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nodeJournalFs } from '../journal/node-journal-fs.ts';
import type { JournalFs } from '../journal/journal-fs.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { headerLine } from './entry.ts';
import { readRecording, RecordingError } from './read-recording.ts';
import { openRecordingWriter } from './recording-writer.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cotbus-recording-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const AT = '2026-01-02T03:04:05.678Z';
const frame = (id: number, payload = 'AQID') => ({
  type: 'frame',
  at: AT,
  agent: 'hill',
  mesh: 'valley',
  from: '!00002001',
  to: '!ffffffff',
  id,
  port: 78,
  channel: 0,
  payload,
});

const open = async ({ maxBytes = 1 << 20, fs = nodeJournalFs }: { maxBytes?: number; fs?: JournalFs } = {}) => {
  const clock = fakeClock();
  const faults: (string | undefined)[] = [];
  let lost = 0;
  const writer = await openRecordingWriter({
    folder,
    maxBytes,
    fs,
    clock,
    by: 'test',
    onFault: (fault) => faults.push(fault),
    count: (_name, lines = 1) => (lost += lines),
  });
  return { clock, faults, writer, lost: () => lost };
};
const readAll = async (path = folder) => {
  const lines = [];
  for await (const line of readRecording(path)) lines.push(line);
  return lines;
};
const ids = async (path = folder): Promise<number[]> =>
  (await readAll(path)).flatMap((line) => (line.kind === 'frame' ? [line.frame.id] : []));
const onlyFile = (): string => join(folder, readdirSync(folder)[0] ?? '');

describe('a recording', () => {
  it('gives back what was put', async () => {
    const { writer } = await open();
    const about = { name: 'Anna', shortName: 'A', role: 7, hops: 2, snrDb: -3.5, rssiDbm: -100, requestId: 5 };
    writer.put({ ...frame(7), ...about, wantAck: true, viaMqtt: true, saidBy: '!00002002' });
    writer.put({ type: 'event', at: AT, way: 'from_tak', kind: 'pli', xml: '<event/>' });
    writer.put({ type: 'outcome', at: AT, reason: 'delivered' });
    await writer.close();
    const atMs = Date.parse(AT);
    expect(await readAll()).toEqual([
      {
        kind: 'frame',
        frame: {
          ...frame(7),
          ...about,
          at: atMs,
          from: 0x2001,
          to: 0xffffffff,
          payload: Uint8Array.of(1, 2, 3),
          wantAck: true,
          viaMqtt: true,
          saidBy: 0x2002,
        },
      },
      { kind: 'event', event: { type: 'event', at: atMs, way: 'from_tak', kind: 'pli', xml: '<event/>' } },
      { kind: 'other' },
    ]);
  });

  it('is on the disk within a second, and what is there survives the death of its writer', async () => {
    const { clock, writer } = await open();
    writer.put(frame(1));
    clock.advance(1000);
    await vi.waitFor(async () => expect(await ids()).toEqual([1]), { timeout: 20_000 });
    writer.put(frame(2));
    expect(await ids()).toEqual([1]);
    await writer.close();
    expect(await ids()).toEqual([1, 2]);
  });

  it('is read up to a torn tail, however it is torn', async () => {
    const { clock, writer } = await open();
    writer.put(frame(1));
    clock.advance(1000);
    await vi.waitFor(() => expect(readFileSync(onlyFile()).length).toBeGreaterThan(0), { timeout: 20_000 });
    const whole = readFileSync(onlyFile()).length;
    writer.put(frame(2, Buffer.alloc(300, 7).toString('base64')));
    await writer.close();
    const all = readFileSync(onlyFile());
    for (let length = whole; length < all.length; length += 1) {
      truncateSync(onlyFile(), length);
      const read = await readAll();
      expect(read[0]).toMatchObject({ kind: 'frame', frame: { id: 1 } });
      expect(read.slice(1).every(({ kind, ...rest }) => kind === 'damaged' || 'frame' in rest)).toBe(true);
      writeFileSync(onlyFile(), all);
    }
  });

  it('keeps so much and no more, and lets the oldest go', async () => {
    const { clock, writer } = await open({ maxBytes: 160_000 });
    const sizes = () => readdirSync(folder).map((name) => `${name} ${readFileSync(join(folder, name)).length}`);
    for (let id = 1; id <= 200; id += 1) {
      const before = sizes().join();
      writer.put(frame(id, randomBytes(3000).toString('base64')));
      await vi.waitFor(
        () => {
          clock.advance(1000);
          expect(sizes().join()).not.toBe(before);
        },
        { interval: 1, timeout: 20_000 },
      );
    }
    await writer.close();
    const files = readdirSync(folder);
    expect(files.length).toBeLessThanOrEqual(16);
    const bytes = files.reduce((sum, name) => sum + readFileSync(join(folder, name)).length, 0);
    expect(bytes).toBeLessThan(160_000 + 16 * 5000);
    const left = await ids();
    expect(left.at(-1)).toBe(200);
    expect(left).toEqual(left.toSorted((a, b) => a - b));
    expect(left.length).toBeLessThan(200);
  });

  const failing = (): { fs: JournalFs; fail: (code: string | undefined) => void } => {
    let code: string | undefined;
    const fs: JournalFs = {
      ...nodeJournalFs,
      create: async (path) => {
        const file = await nodeJournalFs.create(path);
        return {
          ...file,
          append: async (bytes) => {
            if (code === undefined) return file.append(bytes);
            await file.append(bytes.subarray(0, 5));
            throw Object.assign(new RangeError(code), { code });
          },
        };
      },
    };
    return { fs, fail: (next) => (code = next) };
  };

  it('survives a full disk: nothing before is lost, and what comes after is there when there is room', async () => {
    const { fs, fail } = failing();
    const { clock, writer, faults, lost } = await open({ fs });
    writer.put(frame(1));
    clock.advance(1000);
    await vi.waitFor(async () => expect(await ids()).toEqual([1]), { timeout: 20_000 });
    fail('ENOSPC');
    writer.put(frame(2));
    clock.advance(1000);
    await vi.waitFor(() => expect(faults).toEqual([expect.stringMatching(/cannot be written to .* \(ENOSPC\)$/)]), {
      timeout: 20_000,
    });
    fail(undefined);
    writer.put(frame(3));
    clock.advance(1000);
    await vi.waitFor(() => expect(faults.at(-1)).toBeUndefined(), { timeout: 20_000 });
    await writer.close();
    expect([await ids(), lost()]).toEqual([[1, 2, 3], 0]);
  });

  it('counts what memory cannot hold while the disk is full, and says so in its place', async () => {
    const { fs, fail } = failing();
    const { clock, writer, lost } = await open({ fs });
    fail('ENOSPC');
    const payload = Buffer.alloc(60_000).toString('base64');
    for (let id = 0; id < 100; id += 1) writer.put(frame(id, payload));
    expect(lost()).toBeGreaterThan(0);
    clock.advance(1000);
    await new Promise(setImmediate);
    fail(undefined);
    await vi.waitFor(
      async () => {
        clock.advance(1000);
        expect((await ids()).length).toBe(100 - lost());
      },
      { timeout: 20_000 },
    );
    await writer.close();
    expect((await readAll()).filter(({ kind }) => kind === 'other')).toHaveLength(1);
  });
});

describe('what is no recording', () => {
  const file = (content: string | Uint8Array): string => {
    const path = join(folder, 'x.jsonl.gz');
    writeFileSync(path, content);
    return path;
  };
  const header = headerLine(0, 'test');

  it.each<[string, () => string, RegExp]>([
    ['is not there', () => join(folder, 'none'), /cannot be read \(ENOENT\)/],
    ['is an empty folder', () => folder, /holds no recording/],
    ['is empty', () => file(''), /is no recording: it is empty/],
    ['is something else', () => file('{"a":1}\n'), /is no recording of Cotbus/],
    ['is of another time', () => file(`${header.replace('"version":1', '"version":2')}\n`), /newer Cotbus \(format 2/],
  ])('is refused in words when it %s', async (_what, make, words) => {
    await expect(readAll(make())).rejects.toThrow(words);
  });

  it('may be plain text, as people make it by hand', async () => {
    expect(await ids(file(`${header}\n${JSON.stringify(frame(1))}\n`))).toEqual([1]);
  });

  it.each([
    ['no JSON', '{"type":'],
    ['a number', '7'],
    ['a frame without its fields', '{"type":"frame"}'],
    ['a payload that is no base64', JSON.stringify({ ...frame(1), payload: '§' })],
    ['an impossible node', JSON.stringify({ ...frame(1), from: '!zz' })],
    ['a line without end', `"${'x'.repeat(600_000)}"`],
  ])('costs its own line when it is in the middle: %s', async (_what, line) => {
    const path = file(gzipSync([header, JSON.stringify(frame(1)), line, JSON.stringify(frame(2)), ''].join('\n')));
    const kinds = (await readAll(path)).map(({ kind }) => kind);
    expect(kinds).toEqual(['frame', 'damaged', 'frame']);
  });

  it('is passed over when a newer version wrote another type', async () => {
    expect(await readAll(file(`${header}\n{"type":"hologram"}\n`))).toEqual([{ kind: 'other' }]);
  });

  it('never crashes the reader', async () => {
    const good = gzipSync(`${header}\n${[1, 2, 3].map((id) => JSON.stringify(frame(id))).join('\n')}\n`);
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.nat(255), async (at, byte) => {
        const bytes = Uint8Array.from(good);
        bytes[at] = byte;
        const path = file(bytes);
        appendFileSync(path, good);
        const fault = await readAll(path).then(
          () => undefined,
          (error: unknown) => error,
        );
        expect(fault === undefined || fault instanceof RecordingError).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
