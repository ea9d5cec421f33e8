import { expect, it } from 'vitest';
import { createAirtimeLedger } from './airtime-ledger.ts';
import { createManualClock } from './testing/manual-clock.ts';

it('airtime is a share of the window until that has passed over it', () => {
  const clock = createManualClock();
  const ledger = createAirtimeLedger(clock, 60_000);
  ledger.add(6000);
  expect(ledger.percent()).toBeCloseTo(10);
  clock.advance(59_000);
  ledger.add(3000);
  expect(ledger.percent()).toBeCloseTo(15);
  clock.advance(2000);
  expect(ledger.percent()).toBeCloseTo(5);
});
