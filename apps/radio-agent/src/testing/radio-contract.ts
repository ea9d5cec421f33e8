/** What every adapter of the radio port has to do: as bare bytes, and with a simulated radio behind it. */
import { create } from '@bufbuild/protobuf';
import { LinkState, meshtastic } from '@cotbus/contracts';
import type { SessionOutput } from '@cotbus/meshtastic';
import { superviseLink } from '@cotbus/service';
import { fakeClock } from '@cotbus/service/testing';
import type { FakeClock } from '@cotbus/service/testing';
import { createMesh, startSimulatedRadio } from '@cotbus/simulator';
import type { SimulatedRadio } from '@cotbus/simulator';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openRadioLink } from '../radio-link.ts';
import type { RadioLink } from '../radio-link.ts';
import { RadioUnreachable } from '../radio.ts';
import type { Radio } from '../radio.ts';
import { startFarEnd } from './far-end.ts';

export interface RadioBench {
  /** Makes what listens on a TCP port of this machine the radio; again after its connection was cut. */
  plugIn(port: number): Promise<Radio>;
  /** One that nobody has plugged in. */
  absent(): Radio;
  close(): Promise<void>;
}

export const until = async (check: () => void): Promise<void> => vi.waitFor(check, { interval: 5, timeout: 4000 });

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

const RADIO_NUM = 0x51a00000;

/** A packet whose payload looks like the head of a frame. */
const packet = (id: number): meshtastic.MeshPacket =>
  create(meshtastic.MeshPacketSchema, {
    from: 0x51a00001,
    to: 0xffffffff,
    id,
    payloadVariant: {
      case: 'decoded',
      value: create(meshtastic.DataSchema, { portnum: 78, payload: Uint8Array.of(0xff, 0x94, 0xc3, 0x01, 0x00) }),
    },
  });

export const startRadio = async (clock: FakeClock): Promise<SimulatedRadio> => {
  const mesh = createMesh({ clock, seed: 1 });
  const radio = await startSimulatedRadio({
    mesh,
    node: { num: RADIO_NUM, longName: 'Gateway', shortName: 'GW' },
  });
  onTestFinished(() => radio.close());
  return radio;
};

/** What a link gave: packets by id, and the other outputs by their kind. */
const watchLink = () => {
  const outputs: SessionOutput[] = [];
  return {
    output: (output: SessionOutput) => void outputs.push(output),
    kinds: () => outputs.map(({ kind }) => kind),
    readies: () => outputs.flatMap((output) => (output.kind === 'ready' ? [output.radio.node] : [])),
    packets: () => outputs.flatMap((output) => (output.kind === 'packet' ? [output.packet.id] : [])),
  };
};

/** A radio that can be opened, with a simulated one behind it. */
export const radioScene = async (bench: RadioBench) => {
  const clock = fakeClock();
  const simulated = await startRadio(clock);
  const radio = await bench.plugIn(simulated.port);
  const seen = watchLink();
  const open = async (signal: AbortSignal): Promise<RadioLink> =>
    openRadioLink(await radio.open(signal), { clock, status: { count: () => {} }, output: seen.output });
  return { clock, simulated, bench, open, ...seen };
};

/** Keeps the link up until the test is over. @returns its states, as they come */
export const supervise = ({ clock, open }: Pick<Awaited<ReturnType<typeof radioScene>>, 'clock' | 'open'>) => {
  const states: [LinkState, string][] = [];
  const stop = new AbortController();
  const done = superviseLink({
    clock,
    random: () => 0,
    signal: stop.signal,
    open,
    onState: (state, detail) => states.push([state, detail]),
  });
  onTestFinished(async () => {
    stop.abort();
    await done;
  });
  return states;
};

const describeSession = (make: () => RadioBench): void => {
  const scene = async () => radioScene(benchOf(make));
  const openScene = async (prepare: (simulated: SimulatedRadio) => void = () => {}) => {
    const made = await scene();
    prepare(made.simulated);
    const link = await made.open(never);
    onTestFinished(() => link.close());
    return { ...made, link };
  };
  type Scene = Awaited<ReturnType<typeof openScene>>;
  const expectReady = async ({ readies, kinds }: Pick<Scene, 'readies' | 'kinds'>): Promise<void> =>
    until(() => expect([readies(), kinds().at(-1)]).toEqual([[RADIO_NUM], 'nodesComplete']));

  it.each([false, true])('shakes hands with a radio (each byte on its own: %s)', async (bytewise) => {
    const made = await openScene((simulated) => simulated.setBytewise(bytewise));
    await expectReady(made);
    expect(made.packets()).toEqual([]);
  });

  it('loses no packet to console text, garbage, or a frame that was never finished', async () => {
    const made = await openScene();
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

  it('ends when the radio falls silent', async () => {
    const made = await openScene();
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
    const { clock, link } = await openScene((simulated) => simulated.setSilent(true));
    clock.advance(20_000);
    await expect(link.closed).resolves.toMatch(/^the radio does not answer: \w.*\?/);
  });

  it('is opened anew by itself after it was cut in the middle of a frame', async () => {
    const made = await scene();
    const { clock, simulated, bench, readies, packets } = made;
    const states = supervise(made);
    await until(() => expect(readies()).toHaveLength(1));
    simulated.write(Uint8Array.of(0x94, 0xc3, 0x00, 0x40, 0x12));
    simulated.cut();
    await until(() => expect(states.at(-1)).toEqual([LinkState.WAITING, expect.stringMatching(/\w+ .*\w/)]));
    await bench.plugIn(simulated.port);
    await until(() => {
      clock.advance(1000);
      expect(readies()).toHaveLength(2);
    });
    simulated.inject(packet(9));
    await until(() => expect(packets()).toEqual([9]));
  });
};

export const describeRadio = (name: string, make: () => RadioBench, { skip = false } = {}): void => {
  describe.skipIf(skip)(`the radio port over ${name}`, () => {
    describeBytes(make);
  });
  describe.skipIf(skip)(`a session over ${name}`, () => {
    describeSession(make);
  });
};
