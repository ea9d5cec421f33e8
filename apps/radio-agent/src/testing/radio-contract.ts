/** What every adapter of the radio port has to do: as bare bytes, and with a simulated radio behind it. */
import type { SimulatedRadio } from '@cotbus/simulator';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RadioUnreachable } from '../radio.ts';
import { startFarEnd } from './far-end.ts';
import { describeFaults } from './radio-faults.ts';
import { packet, RADIO_NUM, radioScene, until } from './radio-scene.ts';
import type { RadioBench } from './radio-scene.ts';

const never = new AbortController().signal;
const everyByte = Buffer.from(Array.from({ length: 2048 }, (_, index) => index & 0xff));

const benchOf = (make: () => RadioBench): RadioBench => {
  const bench = make();
  onTestFinished(() => bench.close());
  return bench;
};

const describeBytes = (make: () => RadioBench): void => {
  const openBytes = async () => {
    const far = await startFarEnd();
    const radio = await benchOf(make).plugIn(far.port);
    const connection = await radio.open(never);
    onTestFinished(() => connection.close());
    const chunks: Uint8Array[] = [];
    connection.onBytes((chunk) => chunks.push(chunk));
    await until(() => expect(far.connected).toBe(true));
    return { far, radio, connection, heard: () => Buffer.concat(chunks) };
  };

  it('carries every byte both ways', async () => {
    const { far, connection, heard } = await openBytes();
    connection.write(everyByte);
    far.say(everyByte);
    // A serial line begins with bytes that wake the radio.
    await until(() => expect(far.received().subarray(-everyByte.length).equals(everyByte)).toBe(true));
    await until(() => expect(heard().equals(everyByte)).toBe(true));
  });

  it('says why it ended, and takes nothing any more', async () => {
    const { far, connection, heard } = await openBytes();
    far.cut();
    await expect(connection.closed).resolves.toMatch(/\w+ .*\w/);
    connection.write(everyByte);
    await connection.close();
    expect(heard()).toHaveLength(0);
  });

  it('sends what was written before it is closed', async () => {
    const { far, connection } = await openBytes();
    connection.write(everyByte);
    await connection.close();
    await expect(connection.closed).resolves.toBe('closed by us');
    await until(() => expect(far.received().subarray(-everyByte.length).equals(everyByte)).toBe(true));
    await connection.close();
  });

  it('can be opened again after it was closed', async () => {
    const { far, radio, connection } = await openBytes();
    await connection.close();
    const next = await radio.open(never);
    onTestFinished(() => next.close());
    next.write(everyByte);
    await until(() => expect(far.received().subarray(-everyByte.length).equals(everyByte)).toBe(true));
  });

  it('gives a radio up that reads nothing, rather than memory', async () => {
    const { far, connection } = await openBytes();
    far.stopReading();
    const ends: string[] = [];
    void connection.closed.then((why) => ends.push(why));
    const chunk = new Uint8Array(16_384);
    for (let written = 0; ends.length === 0 && written < 1 << 26; written += chunk.length) {
      connection.write(chunk);
      await new Promise(setImmediate);
    }
    await until(() => expect(ends).toEqual(['the radio reads nothing']));
  });

  it('cannot be opened while it is not there, and says so in words', async () => {
    const attempt = benchOf(make).absent().open(never);
    await expect(attempt).rejects.toThrow(RadioUnreachable);
    await expect(attempt).rejects.toThrow(/^no radio.*: \w+/);
  });

  it('gives up when it is told to', async () => {
    const far = await startFarEnd();
    const radio = await benchOf(make).plugIn(far.port);
    await expect(radio.open(AbortSignal.abort())).rejects.toThrow(RadioUnreachable);
  });
};

/** @param prepare what is done to the radio before the link is opened */
const openScene = async (make: () => RadioBench, prepare: (simulated: SimulatedRadio) => void = () => {}) => {
  const made = await radioScene(benchOf(make));
  prepare(made.simulated);
  const link = await made.open(never);
  onTestFinished(() => link.close());
  return { ...made, link };
};
type Scene = Awaited<ReturnType<typeof openScene>>;
const expectReady = async ({ readies, kinds }: Pick<Scene, 'readies' | 'kinds'>): Promise<void> =>
  until(() => expect([readies(), kinds().at(-1)]).toEqual([[RADIO_NUM], 'nodesComplete']));

const describeDamage = (make: () => RadioBench): void => {
  it('loses no packet to console text, garbage, or a frame that was never finished', async () => {
    const made = await openScene(make);
    await expectReady(made);
    const { clock, simulated, packets } = made;
    simulated.printLog();
    simulated.inject(packet(1));
    simulated.write(Uint8Array.of(0x94, 0xc3, 0xff, 0xff, 0x94, 0xc3, 0, 2, 0xff, 0xff));
    simulated.inject(packet(2));
    simulated.write(Uint8Array.of(0x94, 0xc3, 0x02, 0x00, 0x12));
    simulated.inject(packet(3));
    await until(() => {
      clock.advance(500);
      expect(packets()).toEqual([1, 2, 3]);
    });
  });
};

const describeSession = (make: () => RadioBench): void => {
  it.each([false, true])('shakes hands with a radio (each byte on its own: %s)', async (bytewise) => {
    const made = await openScene(make, (simulated) => simulated.setBytewise(bytewise));
    await expectReady(made);
    expect(made.packets()).toEqual([]);
  });

  it('ends when the radio falls silent', async () => {
    const made = await openScene(make);
    await expectReady(made);
    made.simulated.setSilent(true);
    let why = '';
    void made.link.closed.then((words) => (why = words));
    await until(() => {
      made.clock.advance(5000);
      expect(why).toBe('the radio has fallen silent');
    });
  });

  it('says what to look at when nothing answers', async () => {
    const { clock, link } = await openScene(make, (simulated) => simulated.setSilent(true));
    clock.advance(20_000);
    await expect(link.closed).resolves.toMatch(/^the radio does not answer: \w.*\?/);
  });
};

/** What an adapter with a framing of its own, which is not ours to mend, does not do. */
export interface Shortcomings {
  /** Faults that it does not recover from. */
  readonly faults: readonly string[];
}

/** @param shortcomings of an adapter that carries frames alone, and loses those that look like two */
export const describeRadio = (
  name: string,
  make: () => RadioBench,
  { skip = false, shortcomings }: { readonly skip?: boolean; readonly shortcomings?: Shortcomings } = {},
): void => {
  describe.skipIf(skip || shortcomings !== undefined)(`the radio port over ${name}`, () => {
    describeBytes(make);
  });
  describe.skipIf(skip)(`a session over ${name}`, () => {
    describeSession(make);
    if (shortcomings === undefined) describeDamage(make);
  });
  describe.skipIf(skip)(`faults of a radio over ${name}`, () => {
    const plain = shortcomings && { fails: shortcomings.faults, payload: Uint8Array.of(0xff, 8, 1) };
    describeFaults(() => radioScene(benchOf(make)), plain);
  });
};
