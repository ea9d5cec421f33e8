import { fakeClock } from '@cotbus/service/testing';
import { expect, it } from 'vitest';
import { createAnnouncements } from './announcements.ts';

const HOUR_MS = 60 * 60 * 1000;

it('introduces us once in three hours, however often the connection dies', () => {
  const clock = fakeClock();
  const announcements = createAnnouncements(clock);
  let made = 0;
  const connect = () => announcements.during(() => void (made += 1));
  const end = connect();
  clock.advance(1);
  expect(made).toBe(1);
  clock.advance(HOUR_MS);
  end();
  const endSecond = connect();
  clock.advance(1.9 * HOUR_MS);
  expect(made).toBe(1);
  clock.advance(0.1 * HOUR_MS);
  expect(made).toBe(2);
  endSecond();
  expect(clock.pending).toBe(0);
});
