import { create, toBinary } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { encodeStreamFrame } from '@cotbus/meshtastic';
import { fakeClock } from '@cotbus/service/testing';
import { describe, expect, it } from 'vitest';
import { openRadioLink } from './radio-link.ts';
import { createFakeRadio } from './testing/fake-radio.ts';

const never = new AbortController().signal;

const openLink = async () => {
  const fake = createFakeRadio();
  const written: Uint8Array[] = [];
  fake.onWritten((bytes) => written.push(bytes));
  const clock = fakeClock();
  const counts: Record<string, number> = {};
  const count = (name: string, by = 1): void => void (counts[name] = (counts[name] ?? 0) + by);
  const link = openRadioLink(await fake.radio.open(never), { clock, status: { count }, output: () => {} });
  const say = (payloadVariant: meshtastic.FromRadio['payloadVariant']): void =>
    fake.say(
      encodeStreamFrame(toBinary(meshtastic.FromRadioSchema, create(meshtastic.FromRadioSchema, { payloadVariant }))),
    );
  return { fake, link, clock, counts, written, say };
};

const disconnect = encodeStreamFrame(
  toBinary(
    meshtastic.ToRadioSchema,
    create(meshtastic.ToRadioSchema, { payloadVariant: { case: 'disconnect', value: true } }),
  ),
);

describe('the link to a radio', () => {
  it('says goodbye before it closes', async () => {
    const { link, written } = await openLink();
    await link.close();
    expect(written.at(-1)).toEqual(disconnect);
    await expect(link.closed).resolves.toBe('closed by us');
  });

  it('ends with what the connection says', async () => {
    const { fake, link, clock } = await openLink();
    fake.unplug();
    await expect(link.closed).resolves.toBe('it was unplugged');
    expect(clock.pending).toBe(0);
  });

  it('tells a radio that only prints text from one that says nothing', async () => {
    const silent = await openLink();
    silent.clock.advance(20_000);
    await expect(silent.link.closed).resolves.toBe('the radio does not answer: is it on?');
    const printing = await openLink();
    printing.fake.say(new TextEncoder().encode('INFO | 12:00 booted\r\n'));
    printing.clock.advance(20_000);
    await expect(printing.link.closed).resolves.toBe('the radio prints text but answers nothing: is it on?');
    expect(printing.counts['stream_text_bytes_total']).toBe(21);
  });

  it('gives up a radio that talks without an end', async () => {
    const { link, clock, say } = await openLink();
    const value = create(meshtastic.MyNodeInfoSchema, { myNodeNum: 7 });
    for (let second = 0; second < 70; second += 1) {
      say({ case: 'myInfo', value });
      clock.advance(1000);
    }
    await expect(link.closed).resolves.toBe('the radio talks, but never came to the end of its settings');
  });
});
