import { Kind, Reason } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { createAirTally } from './air-tally.ts';

const MINUTE_MS = 60_000;

describe('the tally of the air', () => {
  it('says what was sent, what it cost, what waits and what was refused, most airtime first', () => {
    const tally = createAirTally();
    for (const kind of [Kind.PLI, Kind.PLI, Kind.CHAT, Kind.MARKER]) tally.offered(kind);
    tally.spent(Kind.PLI, 400.4, 0);
    tally.spent(Kind.CHAT, 300, 0);
    tally.spent(Kind.CHAT, 300, MINUTE_MS);
    tally.ended(Kind.CHAT, 'delivered', MINUTE_MS);
    tally.ended(Kind.PLI, 'too_soon', MINUTE_MS);
    tally.refused(Kind.ROUTE, 'not_allowed', MINUTE_MS);
    expect(tally.kinds(2 * MINUTE_MS)).toMatchObject([
      { kind: Kind.CHAT, waiting: 0, sent: 1, packets: 2, airMs: 600, refused: [] },
      { kind: Kind.PLI, waiting: 1, sent: 0, packets: 1, airMs: 400, refused: [{ reason: Reason.TOO_SOON, count: 1 }] },
      { kind: Kind.ROUTE, waiting: 0, sent: 0, refused: [{ reason: Reason.NOT_ALLOWED, count: 1 }] },
      { kind: Kind.MARKER, waiting: 1, sent: 0, packets: 0, airMs: 0, refused: [] },
    ]);
  });

  it('forgets what is older than an hour, and never what waits', () => {
    const tally = createAirTally();
    tally.offered(Kind.CHAT);
    tally.offered(Kind.PLI);
    tally.spent(Kind.PLI, 400, 0);
    tally.ended(Kind.PLI, 'delivered', 0);
    tally.spent(Kind.PLI, 500, 30 * MINUTE_MS);
    expect(tally.kinds(59 * MINUTE_MS)[0]).toMatchObject({ kind: Kind.PLI, airMs: 900, sent: 1 });
    expect(tally.kinds(61 * MINUTE_MS)[0]).toMatchObject({ kind: Kind.PLI, airMs: 500, sent: 0 });
    expect(tally.kinds(200 * MINUTE_MS)).toMatchObject([{ kind: Kind.CHAT, waiting: 1 }]);
  });
});
