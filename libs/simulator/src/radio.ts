/** One simulated radio: what it is, what it knows, what it sends and hears, whoever its client is. */
import { airtimeMs, presetModem } from '@cotbus/meshtastic';
import { createAirtimeLedger } from './airtime-ledger.ts';
import { createClientPort, type ClientPort } from './client-port.ts';
import type { Mesh } from './mesh.ts';
import { createNodeDb, type NodeDb } from './node-db.ts';
import { sizeOf } from './outgoing.ts';
import { createHearing } from './hearing.ts';
import { createOwnMessages } from './own-messages.ts';
import { createRadioAdmin, takKeepingOf, type RadioAdmin, type TakKeeping } from './radio-admin.ts';
import { radioSettings, type RadioChoices, type RadioSettings } from './radio-settings.ts';
import type { TextPacker } from './tak-module.ts';
import { createTransmitter, type Transmitter, type TransmitListener } from './transmitter.ts';

const UTILIZATION_WINDOW_MS = 60_000;

export interface RadioOptions extends RadioChoices {
  readonly mesh: Mesh;
  /** Default: by the firmware. */
  readonly takKeeping?: TakKeeping;
  /** How older firmware in a TAK role packs the texts of port 72; without it they go as they are. */
  readonly packer?: TextPacker;
}

export interface Radio {
  readonly mesh: Mesh;
  readonly settings: RadioSettings;
  readonly nodes: NodeDb;
  readonly port: ClientPort;
  readonly transmitter: Transmitter;
  readonly admin: RadioAdmin;
  /** Called when a setting was written and the radio is to restart. */
  onRestart(listener: () => void): void;
  /** `MyNodeInfo.reboot_count`. */
  readonly bootCount: number;
  /** Broadcasts the own node info, at most once a minute; the client gets a copy. */
  announce(): void;
  /** Called with each packet of the client when it goes on the air, retransmissions not counted. @returns ends it. */
  onTransmit(listener: TransmitListener): () => void;
  /** Loses its client and what was queued; remembers nodes. */
  reboot(): void;
  /** Leaves the mesh. */
  stop(): void;
}

export const createRadio = (options: RadioOptions): Radio => {
  const { mesh } = options;
  const settings = radioSettings(options);
  const { node } = settings;
  const hearing = createHearing(settings, options.packer);
  const nodes = createNodeDb();
  const port = createClientPort(mesh, node.num);
  const busy = createAirtimeLedger(mesh.clock, UTILIZATION_WINDOW_MS);
  const listeners = new Set<TransmitListener>();
  const onTransmit: TransmitListener = (packet) => {
    for (const listener of listeners) listener(packet);
  };
  const transmitter = createTransmitter({ mesh, settings, nodes, port, busy, onTransmit, packed: hearing.sent });
  const own = createOwnMessages({ mesh, node, port, transmitter, busy });
  let restart = (): void => {};
  const admin = createRadioAdmin({
    mesh,
    num: node.num,
    keeping: options.takKeeping ?? takKeepingOf(options.firmware ?? '2.8.0'),
    answer: (packet) => port.deliver(packet),
    restart: () => restart(),
  });
  let bootCount = 1;

  const leave = mesh.join({
    num: node.num,
    hopsAway: 0,
    hear: (packet) => {
      busy.add(airtimeMs(presetModem(settings.preset), sizeOf(packet, settings.firmware).bytes));
      const shown = hearing.heard(packet);
      if (shown.length > 0) nodes.learn(packet);
      for (const each of shown) port.deliver(each);
    },
  });
  const reset = (): void => {
    transmitter.reset();
    port.reset();
  };

  return {
    mesh,
    settings,
    nodes,
    port,
    transmitter,
    admin,
    onRestart: (listener) => {
      restart = listener;
    },
    get bootCount() {
      return bootCount;
    },
    announce: () => own.announce(),
    onTransmit: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    reboot: () => {
      reset();
      own.rebooted();
      bootCount += 1;
    },
    stop: () => {
      own.stop();
      leave();
      reset();
    },
  };
};
