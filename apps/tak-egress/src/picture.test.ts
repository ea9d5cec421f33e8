import { Kind } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import { fakeClock } from '@cotbus/service/testing';
import { describe, expect, it } from 'vitest';
import { createPicture } from './picture.ts';
import { meshEvent } from './testing/events.ts';

const setUp = () => {
  const clock = fakeClock();
  const stamped = (uid: string, init: Parameters<typeof meshEvent>[0] = {}): CotEvent =>
    meshEvent({ uid, staleMs: clock.now() + 1000, ...init });
  const picture = createPicture(clock);
  const update = (event: CotEvent, xml: string): boolean =>
    picture.update({ event, xml, staleMs: clock.monotonic() + event.staleMs - clock.now() });
  const xmls = (): string[] => [...picture.snapshot()].map(({ xml }) => xml);
  return { clock, picture, stamped, update, xmls };
};

describe('the picture', () => {
  it('tells the newest event of each uid, the one updated longest ago first', () => {
    const { stamped, update, xmls } = setUp();
    expect(update(stamped('a'), 'a1')).toBe(true);
    expect(update(stamped('b'), 'b1')).toBe(true);
    expect(update(stamped('a'), 'a2')).toBe(true);
    expect(xmls()).toEqual(['b1', 'a2']);
  });

  it.each([
    ['pli', Kind.PLI, true],
    ['aircraft', Kind.AIRCRAFT, true],
    ['shape', Kind.SHAPE, true],
    ['marker', Kind.MARKER, true],
    ['rab', Kind.RAB, true],
    ['route', Kind.ROUTE, true],
    ['emergency', Kind.EMERGENCY, true],
    ['chat', Kind.CHAT, false],
    ['task', Kind.TASK, false],
    ['raw', Kind.RAW, false],
  ])('keeps of %s what it should', (_, kind, kept) => {
    const { stamped, update, xmls } = setUp();
    expect(update(stamped('a', { kind }), 'xml')).toBe(kept);
    expect(xmls()).toEqual(kept ? ['xml'] : []);
  });

  it('forgets what is stale', () => {
    const { clock, picture, stamped, update, xmls } = setUp();
    update(stamped('a'), 'a');
    clock.advance(999);
    expect(xmls()).toEqual(['a']);
    clock.advance(1);
    expect(xmls()).toEqual([]);
    expect(picture.size).toBe(0);
  });

  it('forgets what a stale event of the same uid ends', () => {
    const { clock, stamped, update, xmls } = setUp();
    update(stamped('a'), 'a');
    expect(update(stamped('a', { staleMs: clock.now() }), 'gone')).toBe(false);
    expect(xmls()).toEqual([]);
  });

  it.each([
    ['double quotes', '<link relation="none" uid="a &amp; b" type="none"/><__forcedelete/>'],
    ['single quotes', "<link uid='a &amp; b' relation='none'/>"],
  ])('forgets what a delete names in %s', (_, detail) => {
    const { stamped, update, xmls } = setUp();
    update(stamped('a & b'), 'a');
    expect(update(stamped('delete-1', { kind: Kind.DELETE, type: 't-x-d-d', detail }), 'x')).toBe(false);
    expect(xmls()).toEqual([]);
  });

  it.each([
    ['type', { type: 'b-a-o-can' }],
    ['attribute', { type: 'b-a-o-tbl', detail: '<contact/><emergency type="911 Alert" cancel="true">A</emergency>' }],
  ])('forgets an emergency that is cancelled by its %s', (_, init) => {
    const { stamped, update, xmls } = setUp();
    const kind = Kind.EMERGENCY;
    update(stamped('a-9-1-1', { kind, type: 'b-a-o-tbl', detail: '<emergency cancel="false"/>' }), 'sos');
    expect(xmls()).toEqual(['sos']);
    expect(update(stamped('a-9-1-1', { kind, ...init }), 'cancel')).toBe(false);
    expect(xmls()).toEqual([]);
  });

  it('leaves out of a snapshot under way what everybody is told meanwhile', () => {
    const { picture, stamped, update } = setUp();
    for (const uid of ['a', 'b', 'c']) update(stamped(uid), `${uid}1`);
    const snapshot = picture.snapshot();
    expect(snapshot.next().value).toMatchObject({ xml: 'a1' });
    update(stamped('a'), 'a2');
    update(stamped('b'), 'b2');
    update(stamped('d'), 'd1');
    expect([...snapshot].map(({ xml }) => xml)).toEqual(['c1']);
  });

  it('holds ten thousand events', () => {
    const { picture, stamped, update, xmls } = setUp();
    for (let n = 0; n <= 10_000; n++) update(stamped(`uid-${n}`), String(n));
    expect(picture.size).toBe(10_000);
    expect(xmls()[0]).toBe('1');
  });

  it('holds no more than 32 Mi characters', () => {
    const { picture, stamped, update } = setUp();
    const xml = 'x'.repeat(64 * 1024);
    for (let n = 0; n < 600; n++) update(stamped(`uid-${n}`), xml);
    expect(picture.size).toBe(512);
  });
});
