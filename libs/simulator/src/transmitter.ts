/** The sending half of a radio: what it refuses, queues, repeats, and what it reports of each packet. */
import { create } from '@bufbuild/protobuf';
import { BROADCAST, meshtastic } from '@cotbus/contracts';
import { airtimeMs, DUTY_CYCLE_WINDOW_MS, dutyCyclePercent, presetModem } from '@cotbus/meshtastic';
import { createAirtimeLedger, type AirtimeLedger } from './airtime-ledger.ts';
import { CHANNEL_SLOTS } from './channels.ts';
import type { ClientPort } from './client-port.ts';
import { fromRadio, queueStatus } from './from-radio.ts';
import { dataOf } from './mesh-packet.ts';
import type { Mesh } from './mesh.ts';
import type { NodeDb } from './node-db.ts';
import { asSent, sizeOf } from './outgoing.ts';
import type { RadioSettings, Region } from './radio-settings.ts';
import { createTimers } from './timers.ts';
import { createTxQueue, type Outgoing, type TxQueue } from './tx-queue.ts';

/** Transmissions of a packet that wants an acknowledgement and gets none. */
const MAX_ATTEMPTS = 3;
const RETRANSMIT_MS = 5000;
/** `QueueStatus.res` when the transmit queue has no place. */
const RES_QUEUE_FULL = 32;
const { Routing_Error: RoutingError } = meshtastic;

const regionName = (region: Region): string => meshtastic.Config_LoRaConfig_RegionCodeSchema.value[region]?.name ?? '';

export type TransmitListener = (packet: meshtastic.MeshPacket) => void;

export interface Transmitter {
  /** Takes a packet from the client, its id set, and reports queue status and outcome. */
  send(wanted: meshtastic.MeshPacket): void;
  /** Sends a packet of the radio's own. */
  sendOwn(packet: meshtastic.MeshPacket): void;
  /** Tells the client the state of the queue. @param res default 0. @param id the packet meant, default none. */
  tellQueue(res?: number, id?: number): void;
  /** Own airtime of the last hour, in percent. */
  airUtilTx(): number;
  /** Loses everything not sent. */
  reset(): void;
}

export interface TransmitterOptions {
  readonly mesh: Mesh;
  readonly settings: RadioSettings;
  readonly nodes: NodeDb;
  readonly port: ClientPort;
  /** Airtime on the channel, by whomever. */
  readonly busy: AirtimeLedger;
  /** Called with each packet of the client when it goes on the air, retransmissions not counted. */
  readonly onTransmit: TransmitListener;
  /** A payload of port 72 as it goes on the air. */
  readonly packed: (payload: Uint8Array) => Uint8Array;
}

export const createTransmitter = (options: TransmitterOptions): Transmitter => {
  const { mesh, settings, port, packed } = options;
  const airtime = createAirtimeLedger(mesh.clock, DUTY_CYCLE_WINDOW_MS);
  const queue = createAirQueue(options, airtime, () => tellQueue());
  const tellQueue = (res = 0, id = 0): void => port.tell(queueStatus(res, queue.free(), id));
  const outgoing = (packet: meshtastic.MeshPacket, fromClient: boolean): Outgoing => {
    const { bytes } = sizeOf(packet, settings.firmware);
    return { packet, airtimeMs: airtimeMs(presetModem(settings.preset), bytes), attempt: 1, fromClient };
  };
  const refuse = (id: number, error: meshtastic.Routing_Error): void => {
    tellQueue(error, id);
    port.tellRouting(id, error);
    if (error === RoutingError.DUTY_CYCLE_LIMIT) port.tell(dutyCycleNotification(id, mesh.clock.now()));
  };
  return {
    send: (wanted) => {
      const data = dataOf(wanted);
      if (!data) return;
      if (wanted.to === settings.node.num) {
        tellQueue(0, wanted.id);
        if (wanted.wantAck) port.tellRouting(wanted.id, RoutingError.NONE);
        return;
      }
      const payload = data.portnum === meshtastic.PortNum.ATAK_PLUGIN ? packed(data.payload) : data.payload;
      const packet = asSent(wanted, { ...data, payload }, settings);
      const refusal = refusalOf(packet, options, airtime.percent());
      if (refusal !== undefined) refuse(packet.id, refusal);
      else tellQueue(queue.push(outgoing(packet, true)) ? 0 : RES_QUEUE_FULL, packet.id);
    },
    sendOwn: (packet) => void queue.push(outgoing(packet, false)),
    tellQueue,
    airUtilTx: () => airtime.percent(),
    reset: () => queue.clear(),
  };
};

const refusalOf = (
  packet: meshtastic.MeshPacket,
  { mesh, settings, nodes }: TransmitterOptions,
  airtimePercent: number,
): meshtastic.Routing_Error | undefined => {
  if (packet.channel >= Math.min(mesh.channels.length, CHANNEL_SLOTS)) return RoutingError.NO_CHANNEL;
  if (!sizeOf(packet, settings.firmware).fits) return RoutingError.TOO_LARGE;
  const keyBytes = nodes.get(packet.to)?.user?.publicKey.length ?? 0;
  if (packet.pkiEncrypted && keyBytes === 0) return RoutingError.PKI_SEND_FAIL_PUBLIC_KEY;
  return airtimePercent > dutyCyclePercent(regionName(settings.region)) ? RoutingError.DUTY_CYCLE_LIMIT : undefined;
};

/** The queue with what happens on the air: hearers, acknowledgements, repeats. */
const createAirQueue = (
  { mesh, settings, port, busy, onTransmit }: TransmitterOptions,
  own: AirtimeLedger,
  onRoom: () => void,
): TxQueue => {
  const timers = createTimers(mesh.clock);
  const onStart = ({ packet, airtimeMs: airtime, attempt, fromClient }: Outgoing): void => {
    own.add(airtime);
    busy.add(airtime);
    if (attempt === 1 && fromClient) onTransmit(packet);
  };
  const onEnd = (sent: Outgoing): void => {
    const { packet, attempt } = sent;
    const hearers = mesh.transmit(packet);
    if (!packet.wantAck) return;
    if (hearers.length > 0) {
      // A relay of a broadcast counts as acknowledged by ourselves; both it and a real answer need the air once more.
      const from = packet.to === BROADCAST ? settings.node.num : packet.to;
      timers.after(sent.airtimeMs, () => port.tellRouting(packet.id, RoutingError.NONE, from));
    } else if (attempt < MAX_ATTEMPTS) {
      timers.after(RETRANSMIT_MS, () => {
        if (!queue.push({ ...sent, attempt: attempt + 1 })) port.tellRouting(packet.id, RoutingError.MAX_RETRANSMIT);
      });
    } else port.tellRouting(packet.id, RoutingError.MAX_RETRANSMIT);
  };
  const queue = createTxQueue({ clock: mesh.clock, onStart, onEnd, onRoom });
  const clear = (): void => {
    timers.cancel();
    queue.clear();
  };
  return { ...queue, clear };
};

const dutyCycleNotification = (replyId: number, nowMs: number): meshtastic.FromRadio =>
  fromRadio({
    case: 'clientNotification',
    value: create(meshtastic.ClientNotificationSchema, {
      replyId,
      time: Math.floor(nowMs / 1000),
      level: meshtastic.LogRecord_Level.WARNING,
      message: 'Duty cycle limit reached, sending is possible again in some minutes',
    }),
  });
