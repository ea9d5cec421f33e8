/** A day of a busy site, by a clock that goes faster: a mesh with users, plain nodes and strangers, and phones that come and go. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Clock } from '@cotbus/service';
import { meshtastic } from '@cotbus/contracts';
import { broadcastPacket, createMesh, startLoad, startSimulatedRadio, startUnits, takHour } from '@cotbus/simulator';
import { numberedFrame } from './frames.ts';
import { openProxy } from './proxy.ts';

const RADIO = 0x00e10000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** Plain units and TAK users of the demo report so often. */
const UNIT_INTERVAL_MS = 60_000;
/** Chats and reports that are out of the ordinary. */
const NUMBERED_EVERY_MS = 5_000;
/** Somebody new passes by. */
const STRANGER_EVERY_MS = 10 * MINUTE_MS;
const FIRST_STRANGER = 0x00e30000;
const PHONES = 4;
const PHONE_LEAVES_EVERY_MS = 15 * MINUTE_MS;
/** The radio is unplugged for a moment. */
const RADIO_LOST_EVERY_MS = 2 * HOUR_MS;
const TAK_PHONES = 8;
/** Of the events that phones send. */
const TICK_MS = 10_000;

export interface SoakLoad {
  readonly radioPort: number;
  /** What went in so far. */
  counts(): { readonly frames: number; readonly events: number; readonly received: number };
  close(): Promise<void>;
}

/** @param takPort of the gateway's listener @param framesPerSecond by the fast clock */
export const startSoakLoad = async (clock: Clock, takPort: number, framesPerSecond: number): Promise<SoakLoad> => {
  const mesh = createMesh({ clock, seed: 1 });
  const radio = await startSimulatedRadio({
    mesh,
    node: { num: RADIO, longName: 'Soak base', shortName: 'SOAK' },
    preset: meshtastic.Config_LoRaConfig_ModemPreset.SHORT_TURBO,
    region: meshtastic.Config_LoRaConfig_RegionCode.US,
  });
  const cable = await openProxy(radio.port);
  const units = startUnits({ mesh, intervalMs: UNIT_INTERVAL_MS });
  const load = startLoad({ mesh, framesPerSecond, senders: 100 });
  const phones = startPhones(clock, takPort);
  let others = 0;
  const stops = [
    clock.every(NUMBERED_EVERY_MS, () => mesh.transmit(numberedFrame((others += 1)))),
    clock.every(STRANGER_EVERY_MS, () => mesh.transmit(stranger((others += 1)))),
    clock.every(RADIO_LOST_EVERY_MS, () => cable.cut('rst')),
  ];
  return {
    radioPort: cable.port,
    counts: () => ({ frames: load.sent() + others, ...phones.counts }),
    close: async () => {
      for (const stop of stops) stop();
      load.stop();
      units.stop();
      phones.close();
      await cable.close();
      await radio.close();
    },
  };
};

const stranger = (number: number): meshtastic.MeshPacket =>
  broadcastPacket({
    from: FIRST_STRANGER + number,
    id: FIRST_STRANGER + number,
    portnum: meshtastic.PortNum.TEXT_MESSAGE_APP,
    payload: new TextEncoder().encode(`passing by ${number}`),
  });

const startPhones = (clock: Clock, takPort: number) => {
  const counts = { events: 0, received: 0 };
  const sockets: (Socket | undefined)[] = Array.from({ length: PHONES });
  let closed = false;
  const open = (index: number): void => {
    if (closed) return;
    const socket = connect({ port: takPort, host: '127.0.0.1', noDelay: true });
    sockets[index] = socket;
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      counts.received += chunk.length;
    });
    socket.once('close', () => setTimeout(() => open(index), 100));
  };
  for (const index of sockets.keys()) open(index);
  let hour = 0;
  let events = takHour({ seed: hour, phones: TAK_PHONES, startMs: clock.now() });
  let next = 0;
  let leaving = 0;
  const say = (): void => {
    if (next === events.length) {
      hour += 1;
      events = takHour({ seed: hour, phones: TAK_PHONES, startMs: clock.now() });
      next = 0;
    }
    for (let event = events[next]; event !== undefined && event.atMs <= clock.now(); event = events[next]) {
      sockets[next % PHONES]?.write(event.xml);
      counts.events += 1;
      next += 1;
    }
  };
  const stops = [
    clock.every(TICK_MS, say),
    clock.every(PHONE_LEAVES_EVERY_MS, () => sockets[(leaving += 1) % PHONES]?.destroy()),
  ];
  return {
    counts,
    close: () => {
      closed = true;
      for (const stop of stops) stop();
      for (const socket of sockets) socket?.destroy();
    },
  };
};
