import { Kind } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { sanitizeEvent } from './sanitize.ts';
import { meshEvent } from './testing/events.ts';

const DAY_MS = 86_400_000;
const detailOf = (detail: string, kind: Kind = Kind.MARKER): string =>
  sanitizeEvent(meshEvent({ detail, kind }), DAY_MS).detail;

describe('an event that leaves', () => {
  it.each([
    ['Black', 'Cyan'],
    ['', 'Cyan'],
    ['dark blue', 'Dark Blue'],
    ['GREEN', 'Green'],
    ['Cyan', 'Cyan'],
  ])('of the team "%s" is of %s', (team, known) => {
    expect(detailOf(`<__group name="${team}" role="HQ"/><x/>`)).toBe(`<__group name="${known}" role="HQ"/><x/>`);
  });

  it('says who made a report that does not', () => {
    expect(detailOf('<contact callsign="A"/>', Kind.PLI)).toMatch(
      /^<takv device="Meshtastic gateway" platform="Cotbus" os="\w+" version="[^"]+"\/><contact callsign="A"\/>$/,
    );
    const own = '<takv device="d" platform="p" os="o" version="v"/>';
    expect(detailOf(own, Kind.PLI)).toBe(own);
    expect(detailOf('<contact callsign="A"/>')).toBe('<contact callsign="A"/>');
  });

  it('is answered over the connection it came on, never at an address beyond the mesh', () => {
    const contact = (endpoint: string): string => `<takv device="d"/><contact callsign="A" endpoint="${endpoint}"/>`;
    for (const endpoint of ['192.168.1.5:4242:tcp', '0.0.0.0:4242:tcp', '*:-1:stcp']) {
      expect(detailOf(contact(endpoint), Kind.PLI)).toBe(contact('*:-1:stcp'));
    }
    expect(detailOf(contact(''), Kind.PLI)).toBe(contact(''));
    expect(detailOf(contact('192.168.1.5:4242:tcp'))).toBe(contact('192.168.1.5:4242:tcp'));
  });

  it('holds no longer than it may', () => {
    const event = meshEvent({ startMs: 1000, staleMs: 1000 + 10 * DAY_MS, kind: Kind.MARKER });
    expect(sanitizeEvent(event, DAY_MS).staleMs).toBe(1000 + DAY_MS);
    expect(sanitizeEvent({ ...event, staleMs: 5000 }, DAY_MS).staleMs).toBe(5000);
  });

  it('that is not XML stays what it is', () => {
    expect(detailOf('<__group name="Black"', Kind.PLI)).toBe('<__group name="Black"');
  });
});
