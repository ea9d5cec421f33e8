import { Kind } from '@cotbus/contracts';
import { fakeClock } from '@cotbus/service/testing';
import { describe, expect, it } from 'vitest';
import { createLoopGuard } from './loop-guard.ts';
import { meshEvent } from './testing/events.ts';

const MINUTE = 60_000;
const pli = meshEvent({ uid: 'A' });
const chat = meshEvent({ uid: 'GeoChat.A.room.1', kind: Kind.CHAT, type: 'b-t-f' });
const sos = meshEvent({ uid: 'A-9-1-1', kind: Kind.EMERGENCY, type: 'b-a-o-tbl' });
const marker = meshEvent({ uid: 'M', kind: Kind.MARKER, type: 'b-m-p-s-m' });

const setUp = () => {
  const clock = fakeClock();
  return { clock, guard: createLoopGuard('tak', clock) };
};

describe('toward the mesh that an event came from', () => {
  it.each([
    ['a contact, whatever it says now, for 15 minutes', pli, 15 * MINUTE],
    ['an alert for 15 minutes', sos, 15 * MINUTE],
    ['a chat line for a day', chat, 24 * 60 * MINUTE],
  ])('%s is a loop', (_, event, ms) => {
    const { clock, guard } = setUp();
    guard.noteFromMesh('mesh-1', event, 'then');
    clock.advance(ms - 1);
    expect(guard.loopToMesh('mesh-1', event, 'now')).toBe('was heard on mesh mesh-1');
    expect(guard.loopToMesh('mesh-2', event, 'now')).toBeUndefined();
    clock.advance(1);
    expect(guard.loopToMesh('mesh-1', event, 'now')).toBeUndefined();
  });

  it('a marker is a loop when it is unchanged, and none when it was changed', () => {
    const { guard } = setUp();
    guard.noteFromMesh('mesh-1', marker, 'same');
    expect(guard.loopToMesh('mesh-1', marker, 'same')).toBe('was heard on mesh mesh-1');
    expect(guard.loopToMesh('mesh-1', marker, 'moved')).toBeUndefined();
  });

  it.each([
    ['the end of an alert', sos, meshEvent({ ...sos, type: 'b-a-o-can' })],
    ['a receipt', chat, meshEvent({ ...chat, type: 'b-t-f-d' })],
  ])('%s is no loop, though it has the same uid', (_, heard, event) => {
    const { guard } = setUp();
    guard.noteFromMesh('mesh-1', heard, 'x');
    expect(guard.loopToMesh('mesh-1', event, 'y')).toBeUndefined();
  });

  it.each([
    ['contact', pli],
    ['chat line', chat],
    ['alert', sos],
    ['marker', marker],
  ])('our own sending, heard again, does not stop the next %s of a TAK client', (_, event) => {
    const { guard } = setUp();
    guard.noteFromTak(event, 'same');
    guard.noteFromMesh('mesh-1', event, 'same');
    expect(guard.loopToMesh('mesh-1', event, 'same')).toBeUndefined();
  });

  it('a contact of the mesh stays one when it comes back from TAK', () => {
    const { guard } = setUp();
    guard.noteFromMesh('mesh-1', pli, 'x');
    guard.noteFromTak(pli, 'y');
    guard.noteFromMesh('mesh-1', pli, 'z');
    expect(guard.loopToMesh('mesh-1', pli, 'w')).toBe('was heard on mesh mesh-1');
  });
});

describe('toward TAK', () => {
  it('content that came from there is a loop for ten minutes', () => {
    const { clock, guard } = setUp();
    guard.noteFromTak(marker, 'same');
    clock.advance(10 * MINUTE - 1);
    expect(guard.loopToTak(marker, 'same')).toBe('came from TAK');
    expect(guard.loopToTak(marker, 'moved')).toBeUndefined();
    clock.advance(1);
    expect(guard.loopToTak(marker, 'same')).toBeUndefined();
  });

  it('a chat line that came from there is a loop although the mesh has changed it', () => {
    const { guard } = setUp();
    guard.noteFromTak(chat, 'as written');
    expect(guard.loopToTak(chat, 'as heard')).toBe('came from TAK');
  });

  it('a position is an echo while its client reports itself, and news once it is silent', () => {
    const { clock, guard } = setUp();
    guard.noteFromTak(pli, 'as written');
    clock.advance(89_999);
    expect(guard.loopToTak(pli, 'as heard')).toBe('came from TAK');
    clock.advance(1);
    expect(guard.loopToTak(pli, 'as heard')).toBeUndefined();
  });

  it('an alert is let through: its sender means it', () => {
    const { guard } = setUp();
    guard.noteFromTak(sos, 'as written');
    expect(guard.loopToTak(sos, 'as heard')).toBeUndefined();
  });
});

describe('our own flow tag', () => {
  it.each([
    ['is a loop', '<_flow-tags_ TAK-Server-1="t" Cotbus-tak="t"/>', 'came back with our own flow tag'],
    ['of another egress is none', '<_flow-tags_ Cotbus-tak2="t"/>', undefined],
    ['in a text is none', '<remarks>Cotbus-tak</remarks>', undefined],
  ])('%s', (_, detail, loop) => {
    const { guard } = setUp();
    expect(guard.tag).toBe('Cotbus-tak');
    expect(guard.loopFromTak(meshEvent({ detail }))).toBe(loop);
  });
});
