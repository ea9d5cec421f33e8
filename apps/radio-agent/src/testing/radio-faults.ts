/** What goes wrong with radios: the link comes back by itself, and every packet that was heard comes once. */
import { LinkState } from '@cotbus/contracts';
import type { FakeClock } from '@cotbus/service/testing';
import type { SimulatedRadio } from '@cotbus/simulator';
import { expect, it } from 'vitest';
import { packet, supervise, until } from './radio-scene.ts';
import type { radioScene } from './radio-scene.ts';

interface Fault {
  readonly what: string;
  readonly hurt: (simulated: SimulatedRadio, clock: FakeClock) => void;
  /** The link dies of it. */
  readonly kills: boolean;
  /** What connects it has to be plugged in again. */
  readonly unplugs?: boolean;
  readonly heal?: (simulated: SimulatedRadio) => void;
}

const BOOT_MS = 2000;
/** A frame that claims more than there is, frames of nothing, noise. */
const garbage = Uint8Array.from({ length: 1500 }, (_, at) => [0x94, 0xc3, 0x01, 0xff, (at * 7919) & 0xff][at % 5] ?? 0);
const halfFrame = Uint8Array.of(0x94, 0xc3, 0x00, 0x40, 0x12);

const faults: readonly Fault[] = [
  {
    what: 'cut in the middle of a frame',
    kills: true,
    unplugs: true,
    hurt: (simulated) => {
      simulated.write(halfFrame);
      simulated.cut();
    },
  },
  {
    what: 'reset in the middle of a frame',
    kills: true,
    unplugs: true,
    hurt: (simulated) => {
      simulated.write(halfFrame);
      simulated.reset();
    },
  },
  {
    what: 'a restart',
    kills: true,
    unplugs: true,
    hurt: (simulated, clock) => {
      simulated.reboot(BOOT_MS);
      clock.advance(BOOT_MS);
    },
  },
  { what: 'a restart that is only said', kills: false, hurt: (simulated) => simulated.sayRebooted() },
  { what: 'garbage', kills: false, hurt: (simulated) => simulated.write(garbage) },
  {
    what: 'silence',
    kills: true,
    hurt: (simulated) => simulated.setSilent(true),
    heal: (simulated) => simulated.setSilent(false),
  },
  {
    what: 'a connection open on our side alone',
    kills: true,
    hurt: (simulated) => simulated.setHung(true),
    heal: (simulated) => simulated.setHung(false),
  },
  { what: 'slowness', kills: false, hurt: (simulated) => simulated.setBytewise(true) },
];

/**
 * @param fails faults that it does not recover from
 * @param payload of the packets; one that looks like a frame when left out
 */
export const describeFaults = (
  scene: () => ReturnType<typeof radioScene>,
  { fails = [], payload }: { readonly fails?: readonly string[]; readonly payload?: Uint8Array } = {},
): void => {
  it.each(faults.filter(({ what }) => !fails.includes(what)))(
    '$what: recovers by itself',
    async ({ hurt, kills, unplugs = false, heal }) => {
      const made = await scene();
      const { clock, simulated, bench, readies, kinds, packets } = made;
      const states = supervise(made);
      await until(() => expect(kinds().at(-1)).toBe('nodesComplete'));
      simulated.inject(packet(1, payload));
      await until(() => expect(packets()).toEqual([1]));

      hurt(simulated, clock);
      const deaths = kills ? 1 : 0;
      const whys = (): string[] => states.filter(([state]) => state === LinkState.WAITING).map(([, why]) => why);
      await until(() => {
        if (kills && !unplugs) clock.advance(1000);
        expect(whys()).toHaveLength(deaths);
      });
      expect(whys().filter((why) => !/\w+ .*\w/.test(why))).toEqual([]);
      heal?.(simulated);
      if (unplugs) await bench.plugIn(simulated.port);
      await until(() => {
        if (kills) clock.advance(1000);
        expect(readies().length).toBeGreaterThan(deaths);
      });
      simulated.inject(packet(2, payload));
      simulated.inject(packet(3, payload));
      await until(() => {
        clock.advance(500);
        expect(packets()).toEqual([1, 2, 3]);
      });
      expect(states.at(-1)?.[0]).toBe(LinkState.OPEN);
    },
  );
};
