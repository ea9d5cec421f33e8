import { Kind } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { startWorld } from './testing/egress-world.ts';
import { eventResult, meshEvent, phoneXml } from './testing/events.ts';

const offer = (...callsigns: readonly string[]) => {
  const dests = callsigns.map((callsign) => `<dest callsign="${callsign}"/>`).join('');
  return meshEvent({
    uid: 'cotbus-share-1',
    type: 'b-f-t-r',
    kind: Kind.RAW,
    staleAfterMs: 120_000,
    detail: `<fileshare filename="r.zip" senderUrl="https://x/1"/>${dests === '' ? '' : `<marti>${dests}</marti>`}`,
  });
};

type World = Awaited<ReturnType<typeof startWorld>>;

const signIn = async (world: World, uid: string) => {
  const phone = await world.join();
  phone.send(phoneXml(uid, world.clock.now()));
  await phone.arrived();
  return phone;
};

/** Phones that got it, of Alpha, Bravo and one that has not said who it is. */
const reached = async (callsigns: readonly string[]) => {
  const world = await startWorld();
  const phones = [await signIn(world, 'ANDROID-A'), await signIn(world, 'ANDROID-B'), await world.join()];
  for (const phone of phones) await phone.arrived();
  await world.hear(eventResult({ seq: 1, event: offer(...callsigns) }));
  const got = await Promise.all(phones.map(async (phone) => (await phone.arrived()).join().includes('fileshare')));
  return { got, outcomes: await world.outcomes() };
};

describe('the offer of a file', () => {
  it.each([
    ['everybody', [], [true, true, true], /^tak delivered 3 clients$/],
    ['one', ['ANDROID-B'], [false, true, false], /^tak delivered 1 client$/],
    // Who has not said anything yet may be Zulu.
    ['two, one of whom nobody knows', ['ANDROID-A', 'Zulu'], [true, false, true], /^tak delivered 2 clients$/],
  ])('for %s reaches no other client', async (_, callsigns, expected, outcome) => {
    const { got, outcomes } = await reached(callsigns);
    expect(got).toEqual(expected);
    expect(outcomes.filter((text) => text.startsWith('tak '))).toEqual([expect.stringMatching(outcome)]);
  });

  it('for somebody who is not here reaches nobody who has said to be another', async () => {
    const { got } = await reached(['Zulu']);
    expect(got.slice(0, 2)).toEqual([false, false]);
  });
});
