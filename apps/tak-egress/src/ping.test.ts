import { buildEventXml } from '@cotbus/codec';
import type { CotEvent } from '@cotbus/contracts';
import { cotFaults } from '@cotbus/testkit';
import { describe, expect, it } from 'vitest';
import { answerTo, buildPing, buildPong, staysOnConnection } from './ping.ts';
import { meshEvent } from './testing/events.ts';

const NOW = Date.UTC(2026, 0, 1);
const event = (type: string, uid: string) => meshEvent({ type, uid });

/** What receivers find wrong but for the type, which is not meant to be drawn. */
const faultsOf = (control: CotEvent): readonly string[] => cotFaults(buildEventXml({ ...control, type: 'a-f-G-U-C' }));

describe('control events', () => {
  it.each([
    ['ATAK', 't-x-c-t', 'ANDROID-1-ping'],
    ['iTAK', 't-x-c-t', 'ping'],
    ['a client that says hello with a delete', 't-x-d-d', 'takPing'],
  ])('answer the ping of %s', (_, type, uid) => {
    const ping = event(type, uid);
    expect(staysOnConnection(ping)).toBe(true);
    expect(answerTo(ping, NOW)).toEqual(buildPong(NOW));
  });

  it('ask a silent server', () => {
    const ping = buildPing('COTBUS-tak', NOW);
    expect(ping).toMatchObject({ type: 't-x-c-t', uid: 'COTBUS-tak-ping', staleMs: NOW + 10_000 });
    expect(faultsOf(ping)).toEqual([]);
  });

  it.each([
    ['a pong', 't-x-c-t-r', 'takPong'],
    ['a pong as a delete', 't-x-d-d', 'takPong'],
    ['a subscription', 't-b', 'x'],
    ['incognito', 't-x-c-i-e', 'x'],
  ])('leave %s without an answer', (_, type, uid) => {
    expect(staysOnConnection(event(type, uid))).toBe(true);
    expect(answerTo(event(type, uid), NOW)).toBeUndefined();
  });

  it.each([
    ['a position of somebody called ping', 'a-f-G-U-C', 'ping'],
    ['a delete', 't-x-d-d', 'ANDROID-1'],
    ['a chat line', 'b-t-f', 'GeoChat.t-x-c-t'],
  ])('are not: %s', (_, type, uid) => {
    expect(staysOnConnection(event(type, uid))).toBe(false);
    expect(answerTo(event(type, uid), NOW)).toBeUndefined();
  });

  it('hold 20 s when they keep a connection alive', () => {
    const pong = buildPong(NOW);
    expect(pong).toMatchObject({ type: 't-x-c-t-r', uid: 'takPong', timeMs: NOW, staleMs: NOW + 20_000 });
    expect(faultsOf(pong)).toEqual([]);
  });
});
