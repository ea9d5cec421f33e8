/** Simulated radios on their meshes: numbered frames go in at a rate, what the product sends comes out as sightings. */
import { meshtastic } from '@cotbus/contracts';
import { systemClock } from '@cotbus/service';
import { createMesh, startSimulatedRadio } from '@cotbus/simulator';
import type { Mesh, SimulatedRadio, SimulatorClock } from '@cotbus/simulator';
import { numberedFrame, readSent } from './frames.ts';
import { findLabel } from './label.ts';
import { MAX_SIGHTINGS } from './sighting.ts';
import type { Sighting, Witness } from './sighting.ts';

const FIRST_RADIO = 0x00e10000;
/** Of a full packet in the preset of these radios, with room. */
const LONGEST_AIRTIME_MS = 1000;

export interface SimulatedSite {
  /** In the order of the agents. */
  readonly radios: readonly { readonly mesh: string; readonly radio: SimulatedRadio }[];
  /** What was sent on each mesh. */
  readonly witnesses: readonly Witness[];
  /** Puts frame `number` on the air of the mesh whose turn it is. */
  transmit(number: number): void;
  close(): Promise<void>;
}

/** @param meshOfRadio for each agent the name of its mesh. @param airSpeed how much faster than the real one the air is. */
export const startRadios = async (
  meshOfRadio: readonly string[],
  seed: number,
  airSpeed: number,
): Promise<SimulatedSite> => {
  const clock = fasterAir(systemClock, airSpeed);
  const names = [...new Set(meshOfRadio)];
  const meshes = new Map<string, Mesh>(
    names.map((name, index) => [name, createMesh({ clock, seed: seed * 16 + index })]),
  );
  const radios = await Promise.all(
    meshOfRadio.map(async (mesh, index) => ({ mesh, radio: await startRadio(meshes.get(mesh), index) })),
  );
  return {
    radios,
    witnesses: names.map((name) =>
      watchMesh(
        name,
        radios.filter(({ mesh }) => mesh === name).map(({ radio }) => radio),
      ),
    ),
    transmit: (number) => {
      meshes.get(names[number % names.length] ?? '')?.transmit(numberedFrame(number));
    },
    close: async () => {
      await Promise.all(radios.map(({ radio }) => radio.close()));
    },
  };
};

/** Only what is short is airtime: timeouts and intervals stay as they are. */
export const fasterAir = (clock: SimulatorClock, speed: number): SimulatorClock => ({
  ...clock,
  after: (ms, call) => clock.after(ms < LONGEST_AIRTIME_MS ? ms / speed : ms, call),
});

const startRadio = async (mesh: Mesh | undefined, index: number): Promise<SimulatedRadio> => {
  if (mesh === undefined) throw new RangeError('a radio without a mesh');
  return startSimulatedRadio({
    mesh,
    node: { num: FIRST_RADIO + index, longName: `E2E base ${index}`, shortName: `EB${index}` },
    // The fastest air without a duty cycle: the radio is not what is tested.
    preset: meshtastic.Config_LoRaConfig_ModemPreset.SHORT_TURBO,
    region: meshtastic.Config_LoRaConfig_RegionCode.US,
  });
};

const watchMesh = (mesh: string, radios: readonly SimulatedRadio[]): Witness => {
  const sightings: Sighting[] = [];
  const counts = { overflow: 0 };
  for (const [index, radio] of radios.entries()) {
    radio.onTransmit((packet) => {
      const sent = readSent(packet);
      if (sent === undefined) return;
      if (sightings.length === MAX_SIGHTINGS) {
        counts.overflow += 1;
        return;
      }
      const data = packet.payloadVariant.case === 'decoded' ? packet.payloadVariant.value.payload : new Uint8Array();
      sightings.push({
        order: sightings.length + 1,
        connection: index + 1,
        atMs: performance.now(),
        uid: sent.uid,
        label: findLabel(sent.text),
        identity: Buffer.from(data).toString('hex'),
        isState: sent.isState,
      });
    });
  }
  return {
    name: `air of ${mesh}`,
    direction: 'tx',
    destination: mesh,
    hasOwnOrders: true,
    sightings,
    get overflow() {
      return counts.overflow;
    },
  };
};
