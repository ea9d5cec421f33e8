/** A radio behind an adapter of the port, with a simulated one on the other end. */
import { create } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import type { LinkState } from '@cotbus/contracts';
import type { SessionOutput } from '@cotbus/meshtastic';
import { superviseLink } from '@cotbus/service';
import { fakeClock } from '@cotbus/service/testing';
import type { FakeClock } from '@cotbus/service/testing';
import { createMesh, startSimulatedRadio } from '@cotbus/simulator';
import type { SimulatedRadio } from '@cotbus/simulator';
import { onTestFinished, vi } from 'vitest';
import { openRadioLink } from '../radio-link.ts';
import type { RadioLink } from '../radio-link.ts';
import type { Radio } from '../radio.ts';

export interface RadioBench {
  /** Makes what listens on a TCP port of this machine the radio; again after its connection was cut. */
  plugIn(port: number): Promise<Radio>;
  /** One that nobody has plugged in. */
  absent(): Radio;
  close(): Promise<void>;
}

export const until = async (check: () => void): Promise<void> => vi.waitFor(check, { interval: 5, timeout: 20_000 });

export const RADIO_NUM = 0x51a00000;

const looksLikeFrame = Uint8Array.of(0xff, 0x94, 0xc3, 0x01, 0x00);

/** A packet whose payload looks like the head of a frame, unless another is given. */
export const packet = (id: number, payload: Uint8Array = looksLikeFrame): meshtastic.MeshPacket =>
  create(meshtastic.MeshPacketSchema, {
    from: 0x51a00001,
    to: 0xffffffff,
    id,
    payloadVariant: {
      case: 'decoded',
      value: create(meshtastic.DataSchema, { portnum: 78, payload }),
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
    /** Of what came so far. */
    forget: () => void (outputs.length = 0),
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
