import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { fakeClock } from '@cotbus/service/testing';
import { describe, expect, it } from 'vitest';
import { COMMENT_EVERY_MS, createEventStream, PUSH_EVERY_MS } from './event-stream.ts';

/** A page whose socket can be full; keeps what was written to it. */
const createPage = () => {
  const written: string[] = [];
  const response = Object.assign(new EventEmitter(), {
    writableNeedDrain: false,
    destroyed: false,
    writeHead: () => {},
    write: (text: string) => written.push(text),
    end: () => {},
  });
  return { written, response, asResponse: response as unknown as ServerResponse };
};

const openStream = () => {
  const clock = fakeClock();
  const source = { now: 1, views: 0 };
  const counts: number[] = [];
  const stream = createEventStream(
    clock,
    {
      revision: () => source.now,
      changes: () => {
        source.views += 1;
        return `{"now":${source.now}}`;
      },
    },
    (clients) => counts.push(clients),
  );
  return { clock, source, stream, counts };
};

describe('the event stream', () => {
  it('queues nothing for a page that does not read, and gives it the newest view afterwards', () => {
    const { clock, source, stream } = openStream();
    const page = createPage();
    stream.add(page.asResponse);
    page.response.writableNeedDrain = true;
    for (source.now = 2; source.now < 200; source.now += 1) clock.advance(PUSH_EVERY_MS);
    expect(page.written).toEqual(['retry: 2000\nevent: changes\ndata: {"now":1}\n\n']);
    page.response.writableNeedDrain = false;
    clock.advance(PUSH_EVERY_MS);
    expect(page.written.slice(1)).toContain('event: changes\ndata: {"now":200}\n\n');
  });

  it('makes each view once for all pages', () => {
    const { clock, source, stream } = openStream();
    const pages = [createPage(), createPage(), createPage()];
    for (const page of pages) stream.add(page.asResponse);
    const before = source.views;
    source.now = 2;
    clock.advance(PUSH_EVERY_MS);
    expect(source.views - before).toBe(1);
    for (const page of pages) expect(page.written.at(-1)).toBe('event: changes\ndata: {"now":2}\n\n');
  });

  it('says only that it is alive while nothing changes', () => {
    const { clock, stream } = openStream();
    const page = createPage();
    stream.add(page.asResponse);
    clock.advance(2 * COMMENT_EVERY_MS);
    expect(page.written.slice(1)).toEqual([': alive\n\n', ': alive\n\n']);
  });

  it('counts the pages, forgets those that left, and leaves no timer behind', () => {
    const { clock, source, stream, counts } = openStream();
    const page = createPage();
    stream.add(page.asResponse);
    page.response.emit('close');
    expect(counts).toEqual([1, 0]);
    source.now = 2;
    clock.advance(PUSH_EVERY_MS);
    expect(page.written).toHaveLength(1);
    stream.close();
    expect(clock.pending).toBe(0);
  });
});
