/** The demo: a mesh with units and one radio for the gateway. */
import { meshtastic } from '@cotbus/contracts';
import type { MeshChannel } from './channels.ts';
import type { SimulatorClock } from './clock.ts';
import type { FirmwareVersion } from './firmware.ts';
import { createMesh, type Mesh } from './mesh.ts';
import { startSimulatedRadio, type SimulatedRadio } from './tcp-radio.ts';
import { FIRST_NODE_NUM } from './unit-plans.ts';
import { startUnits } from './units.ts';

export interface DemoMeshOptions {
  readonly clock: SimulatorClock;
  readonly seed: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** TCP port of the radio, default 0: any free one. */
  readonly port?: number;
  /** Default 2.8.0. */
  readonly firmware?: FirmwareVersion;
  /** Primary channel; default `simChannel`. */
  readonly channel?: MeshChannel;
  /** Time between two reports of one unit, milliseconds. Default 5000. */
  readonly intervalMs?: number;
}

export interface DemoMesh {
  readonly mesh: Mesh;
  readonly radio: SimulatedRadio;
  readonly port: number;
  stop(): Promise<void>;
}

/** Rejects when the port cannot be listened on. */
export const startDemoMesh = async (options: DemoMeshOptions): Promise<DemoMesh> => {
  const { clock, seed, channel, intervalMs, host, port, firmware } = options;
  const mesh = createMesh({ clock, seed, ...(channel && { channels: [channel] }) });
  const radio = await startSimulatedRadio({
    mesh,
    node: { num: FIRST_NODE_NUM, longName: 'SIM Gateway', shortName: 'SIMG' },
    preset: meshtastic.Config_LoRaConfig_ModemPreset.MEDIUM_FAST,
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    ...(firmware && { firmware }),
  });
  const units = startUnits({ mesh, ...(intervalMs !== undefined && { intervalMs }) });
  return {
    mesh,
    radio,
    port: radio.port,
    stop: async () => {
      units.stop();
      await radio.close();
    },
  };
};
