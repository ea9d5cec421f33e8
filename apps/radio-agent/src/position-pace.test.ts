import { createMessage, Kind } from '@cotbus/contracts';
import { expect, it } from 'vitest';
import { toMeshOptions } from './options.ts';
import { createPositionPace } from './position-pace.ts';

const at = (latitude?: number, longitude = 11, kind: Kind = Kind.PLI) =>
  createMessage('txResult', {
    uid: 'unit',
    kind,
    ...(latitude !== undefined && { latitudeI: Math.round(latitude * 1e7), longitudeI: Math.round(longitude * 1e7) }),
  });
const pace = () => createPositionPace(toMeshOptions.parse({}).position);

it.each([
  ['nowhere else', at(47), at(47), false],
  ['20 m north', at(47), at(47.00018), false],
  ['30 m north', at(47), at(47.00027), true],
  ['30 m east', at(47), at(47, 11.0004), true],
  // A degree of longitude is short there.
  ['11 m east, far in the north', at(85), at(85, 11.001), false],
  ['over the date line', at(0, 179.9999), at(0, -179.9999), false],
  ['without a place', at(47), at(), true],
  ['from nowhere', at(), at(47), true],
])('who is %s moves: %s', (_, before, now, hasMoved) => {
  const users = pace();
  users.sent(before, 5);
  expect(users.of(now)).toEqual({ lastMs: 5, silentSinceMs: 5, hasMoved, intervalMs: hasMoved ? 60_000 : 300_000 });
});

it('counts the silence of a user from his last report on the air, before the first one from when it was wanted', () => {
  const users = pace();
  users.wanted(at(47), 5);
  users.wanted(at(47.1), 9);
  expect(users.of(at(47.2)).silentSinceMs).toBe(5);
  users.sent(at(47.2), 20);
  users.wanted(at(47.3), 30);
  expect(users.of(at(47.3)).silentSinceMs).toBe(20);
});

it('who was never sent goes at once, and other events than positions say nothing of it', () => {
  const users = pace();
  users.sent(at(47, 11, Kind.MARKER), 5);
  expect(users.of(at(47))).toMatchObject({ lastMs: undefined, hasMoved: true });
});
