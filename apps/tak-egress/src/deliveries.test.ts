import { reasonText } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { createDeliveries } from './deliveries.ts';
import type { Receiver } from './deliveries.ts';
import type { Offer } from './outlet.ts';
import { meshEvent } from './testing/events.ts';
import { Reason } from '@cotbus/contracts';

const out = { event: meshEvent(), xml: '', staleMs: 0 };
const written: Offer = { kind: 'written' };
const waits: Offer = { kind: 'waits' };
const unsent = (reason: 'expired' | 'queue_full') => ({ out, reason, detail: `is ${reason}` });
const [north, south]: readonly [Receiver, Receiver] = [{ link: 'north' }, { link: 'south' }];
const NOBODY = { reason: Reason.NO_CLIENT, detail: 'nobody' };

const start = () => {
  const deliveries = createDeliveries();
  const ends: string[] = [];
  deliveries.begin('i', ({ reason, detail }) => void ends.push(`${reasonText(reason)} ${detail}`));
  return { deliveries, ends };
};

describe('an item', () => {
  it.each<[string, readonly (readonly [Receiver, Offer])[], string]>([
    [
      'written to clients',
      [
        ['client', written],
        ['client', written],
      ],
      'delivered 2 clients',
    ],
    [
      'written to a client and links',
      [
        ['client', written],
        [north, written],
        [south, written],
      ],
      'delivered 1 client, north, south',
    ],
    [
      'written to one client while another is away',
      [
        ['client', written],
        ['client', waits],
      ],
      'delivered 1 client',
    ],
    ['for nobody', [], 'no_client nobody'],
    [
      'for which there is no room',
      [[north, { kind: 'ended', ...unsent('queue_full') }]],
      'queue_full north: is queue_full; nobody',
    ],
  ])('that is %s ends at once', (_, offers, end) => {
    const { deliveries, ends } = start();
    for (const [to, offer] of offers) deliveries.offer('i', to, offer);
    expect(ends).toEqual([]);
    deliveries.offered('i', NOBODY);
    expect(ends).toEqual([end]);
    expect(deliveries.size).toBe(0);
  });

  it('waits for every link, and says what each did', () => {
    const { deliveries, ends } = start();
    deliveries.offer('i', 'client', written);
    deliveries.offer('i', north, waits);
    deliveries.offer('i', south, waits);
    deliveries.offered('i', NOBODY);
    deliveries.written('i', north);
    expect(ends).toEqual([]);
    expect(deliveries.delivered('i')).toEqual(['north']);
    deliveries.unsent('i', south, unsent('expired'));
    expect(ends).toEqual(['delivered 1 client, north; south: is expired']);
  });

  it('ends when the first of the clients that are away has it', () => {
    const { deliveries, ends } = start();
    deliveries.offer('i', 'client', waits);
    deliveries.offer('i', 'client', waits);
    deliveries.offered('i', NOBODY);
    deliveries.unsent('i', 'client', unsent('expired'));
    expect(ends).toEqual([]);
    deliveries.written('i', 'client');
    expect(ends).toEqual(['delivered 1 client']);
    deliveries.written('i', 'client');
    expect(ends).toHaveLength(1);
  });

  it('ends without clients when none came', () => {
    const { deliveries, ends } = start();
    deliveries.offer('i', 'client', waits);
    deliveries.offered('i', NOBODY);
    deliveries.unsent('i', 'client', unsent('expired'));
    expect(ends).toEqual(['no_client nobody']);
  });

  it('that every link refuses is not allowed', () => {
    const { deliveries, ends } = start();
    deliveries.refuse('i', 'north', 'rule 1');
    deliveries.offered('i', NOBODY);
    expect(ends).toEqual(['not_allowed north: rule 1; nobody']);
  });

  it('goes on where it waited in an earlier life', () => {
    const deliveries = createDeliveries();
    const ends: string[] = [];
    deliveries.restore('i', [south], ['north']);
    deliveries.restore('gone', [south], []);
    expect([deliveries.isRestored('i'), deliveries.isRestored('other')]).toEqual([true, false]);
    // It may be written before the sink hands it out again.
    deliveries.written('i', south);
    deliveries.begin('i', ({ detail }) => void ends.push(detail));
    deliveries.offered('i', NOBODY);
    expect(ends).toEqual(['north, south']);
    deliveries.forgetRestored();
    expect(deliveries.size).toBe(0);
  });
});
