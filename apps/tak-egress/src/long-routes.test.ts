import { Kind } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { startWorld } from './testing/egress-world.ts';
import { eventResult, meshEvent, phoneXml } from './testing/events.ts';

/** One of three packets of a route, as a worker gives it: two lines, from `at` on. */
const part = (number: number) => {
  const links = [0, 1, 2].map((step) => {
    const at = (number - 1) * 2 + step;
    const uid = step === 0 ? `~0a1b2c${number}3` : `R~${number}-${step}`;
    return `<link uid="${uid}" type="b-m-p-w" point="47.${at},8.${at},0" relation="c"/>`;
  });
  return meshEvent({
    uid: `R~${number}`,
    type: 'b-m-r',
    kind: Kind.ROUTE,
    callsign: `Ridge ${number}/3`,
    detail: `${links.join('')}<link_attr/><remarks/><contact callsign="Ridge ${number}/3"/>`,
  });
};
const hear = (number: number, seq: number, origin = 'radio-1') =>
  eventResult({ event: part(number), seq, origin, frameHash: BigInt(number) });

const read = (xml: string) => ({
  uid: / uid="([^"]*)"/.exec(xml)?.[1],
  name: /contact callsign="([^"]*)"/.exec(xml)?.[1],
  points: [...xml.matchAll(/ point="47\.(\d)/g)].map(([, at]) => at).join(''),
});

describe('a long route in several packets', () => {
  it('is one route for clients, which grows as its packets come, in any order', async () => {
    const world = await startWorld();
    const phone = await world.join();
    for (const [at, number] of [1, 3, 2].entries()) await world.hear(hear(number, at + 1));
    const seen = [await phone.next(), await phone.next(), await phone.next()].map(read);
    expect(seen).toEqual([
      { uid: 'R', name: 'Ridge (part 1 of 3)', points: '012' },
      { uid: 'R', name: 'Ridge (parts 1, 3 of 3)', points: '012456' },
      { uid: 'R', name: 'Ridge', points: '0123456' },
    ]);
    expect(await world.outcomes()).toEqual(Array(3).fill('tak delivered 1 client'));
  });

  it('is completed by packets that another radio heard; those that both heard end as duplicates', async () => {
    const world = await startWorld();
    const phone = await world.join();
    await world.hear(hear(1, 1));
    await world.hear(hear(1, 1, 'radio-2'));
    await world.hear(hear(2, 2, 'radio-2'));
    await world.hear(hear(3, 2));
    const seen = [await phone.next(), await phone.next(), await phone.next()].map(read);
    expect(seen.at(-1)).toEqual({ uid: 'R', name: 'Ridge', points: '0123456' });
    expect((await world.outcomes()).filter((text) => text.includes('duplicate'))).toHaveLength(1);
  });

  it('that came from TAK does not come back in pieces, also when another radio heard them', async () => {
    const world = await startWorld();
    await world.agent('radio-1', 'mesh-1');
    const phone = await world.join();
    const time = world.clock.now();
    const links = [0, 1, 2].map((at) => `<link type="b-m-p-w" point="47.${at},8.${at}"/>`).join('');
    phone.send(phoneXml('R', time, { type: 'b-m-r', detail: `${links}<contact callsign="Ridge"/>` }));
    await phone.arrived();
    await world.outcomes();
    await world.hear(hear(1, 1, 'radio-2'));
    expect(await world.outcomes()).toEqual(['tak loop came from TAK']);
    expect(await phone.arrived()).toEqual([]);
  });

  it('of the mesh may change, also after a server said it again', async () => {
    const world = await startWorld();
    await world.agent('radio-1', 'mesh-1');
    const phone = await world.join();
    for (const number of [1, 2, 3]) await world.hear(hear(number, number));
    const said = (await phone.arrived()).at(-1) ?? '';
    phone.send(said.replace(/<_flow-tags_[^>]*>/, '').replace('Ridge', 'Ridge!'));
    await phone.arrived();
    const changed = part(1);
    changed.detail = changed.detail.replaceAll('0a1b2c', 'ffffff');
    await world.hear(eventResult({ event: changed, seq: 9, frameHash: 99n }));
    expect((await phone.arrived()).map(read)).toMatchObject([{ uid: 'R', name: 'Ridge (part 1 of 3)' }]);
  });
});
