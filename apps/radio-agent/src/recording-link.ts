/**
 * A recording in the place of a link to a radio: frames come at the pace they came at when they were recorded, and nothing
 * can be sent. It is played once; the link stays when it is over, and the agent settles what it has.
 */
import { create } from '@bufbuild/protobuf';
import { KeyKind, meshtastic } from '@cotbus/contracts';
import type { RadioInfo } from '@cotbus/meshtastic';
import { createPace, readRecording, RecordingError } from '@cotbus/service';
import type { Clock, FrameEntry, Logger, ServiceReport } from '@cotbus/service';
import type { RadioLink } from './radio-link.ts';
import type { RadioOutput } from './radio-output.ts';
import { closedByUs, RadioUnreachable } from './radio.ts';
import type { RecordingOptions } from './recording-options.ts';

type Role = meshtastic.Config_DeviceConfig_Role;

/** A number that is nobody's: the agent has no node on the recorded mesh. */
const OWN_NODE = 0xc07b_0500;

export interface RecordingParts {
  readonly options: RecordingOptions;
  readonly clock: Clock;
  readonly log: Logger;
  readonly status: Pick<ServiceReport, 'count'>;
}

type Output = (output: RadioOutput, link: RadioLink) => void;

/** @throws RadioUnreachable when there is no recording. */
export const openRecordingLink = async (
  { options, clock, log, status }: RecordingParts,
  output: Output,
): Promise<RadioLink> => {
  const lines = readRecording(options.file);
  // The first line says whether it is one at all.
  const first = await lines.next().catch((error: unknown) => {
    throw error instanceof RecordingError ? new RadioUnreachable(error.message, { cause: error }) : error;
  });
  const ended = new AbortController();
  let resolveClosed: (why: string) => void = () => {};
  const closed = new Promise<string>((resolve) => {
    resolveClosed = resolve;
  });
  const give = (given: RadioOutput): void => {
    if (!ended.signal.aborted) output(given, link);
  };
  const known = new Set<number>();
  const hear = (frame: FrameEntry): void => {
    if (!known.has(frame.from) && frame.name !== '') {
      known.add(frame.from);
      give({ kind: 'nodeInfo', info: infoOf(frame) });
    }
    status.count('recording_frames_total');
    give({ kind: 'packet', packet: packetOf(frame), replayed: false });
  };

  const play = async (): Promise<void> => {
    give({ kind: 'ready', radio });
    give({ kind: 'nodesComplete' });
    const wait = createPace(clock, options.speed, ended.signal);
    let [frames, damaged] = [0, 0];
    for (let next = first; next.done !== true && !ended.signal.aborted; next = await lines.next()) {
      const line = next.value;
      if (line.kind === 'damaged') {
        damaged += 1;
        log.warn({ detail: line.detail }, 'recording.damaged');
      }
      if (line.kind !== 'frame' || (options.mesh ?? line.frame.mesh) !== line.frame.mesh) continue;
      await wait(line.frame.at);
      if (ended.signal.aborted) break;
      frames += 1;
      hear(line.frame);
    }
    log.info({ file: options.file, frames, damaged }, 'recording.ended');
  };

  const link: RadioLink = {
    send: ({ case: what, value }) => {
      if (what !== 'packet') return;
      const refusal = { reason: 'radio_refused', detail: 'a recording sends nothing' } as const;
      queueMicrotask(() => give({ kind: 'notSent', packetId: value.id, refusal }));
    },
    closed,
    close: async () => {
      ended.abort();
      resolveClosed(closedByUs);
      await playing;
      await lines.return(undefined);
    },
  };
  // Nothing is given in the turn in which the link is.
  const playing = new Promise<void>((resolve) => void clock.after(0, resolve)).then(play).catch((error: unknown) => {
    resolveClosed(error instanceof Error ? error.message : String(error));
  });
  return link;
};

const radio: RadioInfo = {
  node: OWN_NODE,
  firmwareVersion: '',
  role: meshtastic.Config_DeviceConfig_Role.CLIENT,
  region: '',
  modemPreset: '',
  hopLimit: 0,
  txEnabled: false,
  managed: false,
  locked: false,
  rebroadcastMode: '',
  // Open, so that what TAK says ends with the reason that counts: a recording sends nothing.
  channels: [{ index: 0, name: 'recording', role: 'primary', key: KeyKind.PRIVATE, hash: 0 }],
  tak: undefined,
  publicKey: new Uint8Array(),
};

/** When it was heard is not said: the agent hears it now. */
const packetOf = (frame: FrameEntry): meshtastic.MeshPacket => {
  const { from, to, id, channel, wantAck, viaMqtt, payload, requestId, saidBy: source, hops, snrDb, rssiDbm } = frame;
  const portnum = frame.port as meshtastic.PortNum;
  return create(meshtastic.MeshPacketSchema, {
    from,
    to,
    id,
    channel,
    wantAck,
    viaMqtt,
    ...(snrDb !== undefined && { rxSnr: snrDb }),
    ...(rssiDbm !== undefined && { rxRssi: rssiDbm }),
    ...(hops !== undefined && { hopStart: 7, hopLimit: 7 - hops }),
    payloadVariant: { case: 'decoded', value: create(meshtastic.DataSchema, { portnum, payload, requestId, source }) },
  });
};

const infoOf = ({ from: num, name: longName, shortName, role }: FrameEntry): meshtastic.NodeInfo =>
  create(meshtastic.NodeInfoSchema, { num, user: { longName, shortName, role: role as Role } });
