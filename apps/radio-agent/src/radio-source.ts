/** Where links to the radio come from: a radio at hand, or the broker of its mesh. */
import { nodeText } from '@cotbus/contracts';
import type { Finding } from '@cotbus/contracts';
import { createUplink, nodeFromSeed, uplinkRadioInfo } from '@cotbus/meshtastic';
import type { UnreadRow } from '@cotbus/meshtastic';
import { ServiceError, streamOpener } from '@cotbus/service';
import type { Clock, ServiceContext } from '@cotbus/service';
import { channelStatuses } from './agent-status.ts';
import { createAnnouncements } from './announcements.ts';
import { openBrokerConnection } from './broker-connection.ts';
import { nodeAesCtr } from './node-aes-ctr.ts';
import { createMeshtasticJsRadio } from './meshtastic-js-radio.ts';
import { parseAddress } from './options.ts';
import type { RadioOptions } from './options.ts';
import { openRadioLink } from './radio-link.ts';
import type { RadioLink } from './radio-link.ts';
import type { RadioOutput } from './radio-output.ts';
import { RadioUnreachable } from './radio.ts';
import type { Radio } from './radio.ts';
import { openRecordingLink } from './recording-link.ts';
import type { RecordingOptions } from './recording-options.ts';
import { parseSerialAddress } from './serial-address.ts';
import type { SerialAddress } from './serial-address.ts';
import { createSerialRadio } from './serial-radio.ts';
import { createTcpRadio } from './tcp-radio.ts';
import { airClosed } from './tx-gate.ts';
import { createUplinkFindings } from './uplink-findings.ts';
import { channelSecrets, onlyListens } from './uplink-options.ts';
import type { UplinkOptions } from './uplink-options.ts';
import { openUplinkLink } from './uplink-link.ts';
import type { Connect, UplinkParts } from './uplink-link.ts';
import { keptSeed } from './uplink-seed.ts';

export interface RadioSource {
  /** For logs and the status, such as `tcp 192.168.1.50:4403`; without credentials. */
  readonly address: string;
  readonly transport: 'tcp' | 'serial' | 'mqtt' | 'recording';
  /** What an uplink could not read, most packets first; a radio's packets are counted by the agent. */
  unread(): readonly UnreadRow[];
  /** Why what is sent may never reach the air, as far as it can be seen from here. */
  findings(): readonly Finding[];
  /**
   * A new link each time; what it gives goes to `output`, nothing of it in the turn in which the link is given.
   * @throws RadioUnreachable, and soon after the signal's abort.
   */
  open(signal: AbortSignal, output: (output: RadioOutput, link: RadioLink) => void): Promise<RadioLink>;
}

export interface RadioSourceParts {
  readonly context: Pick<ServiceContext, 'clock' | 'journals' | 'log' | 'status'>;
  readonly options: RadioOptions;
  /** From createPacketIds. */
  readonly nextId: () => number;
}

/** @throws ServiceError `journal_unusable`. */
export const createRadioSource = async (parts: RadioSourceParts): Promise<RadioSource> => {
  const { context, options } = parts;
  const { clock, status } = context;
  const { tcp = '', serial, uplink, recording } = options;
  if (uplink !== undefined) return uplinkSource(uplink, parts);
  if (recording !== undefined) return recordingSource(recording, context);
  const address = serial === undefined ? undefined : parseSerialAddress(serial);
  const radio = createRadio(options.driver, address ?? parseAddress(tcp), clock);
  return {
    address: radio.address,
    transport: address === undefined ? 'tcp' : 'serial',
    unread: () => [],
    findings: () => [],
    open: async (signal, output) => openRadioLink(await radio.open(signal), { clock, status, output }),
  };
};

type Host = ReturnType<typeof parseAddress>;

const createRadio = (driver: RadioOptions['driver'], place: SerialAddress | Host, clock: Clock): Radio => {
  if ('host' in place) {
    return driver === 'own'
      ? createTcpRadio(place, clock)
      : createMeshtasticJsRadio({ kind: 'tcp', ...place }, { clock });
  }
  return driver === 'own'
    ? createSerialRadio(place, { clock })
    : createMeshtasticJsRadio({ kind: 'serial', address: place }, { clock });
};

const recordingSource = (options: RecordingOptions, context: RadioSourceParts['context']): RadioSource => ({
  address: options.file,
  transport: 'recording',
  unread: () => [],
  findings: () => [],
  open: async (_signal, output) => openRecordingLink({ ...context, options }, output),
});

const uplinkSource = async (options: UplinkOptions, parts: RadioSourceParts): Promise<RadioSource> => {
  const { clock, status } = parts.context;
  const { url, ca, root, username, password } = options;
  const openStream = streamOpener(url, ca === undefined ? undefined : { file: ca, option: 'uplink.ca' });
  const onOversize = (): void => status.count('uplink_refused_too_large_total');
  const uplinkParts = await createUplinkParts(options, parts);
  const clientId = `cotbus-${nodeText(uplinkParts.sender.node).slice(1)}`;
  return {
    address: `${url} ${root}`,
    transport: 'mqtt',
    unread: () => uplinkParts.uplink.unread(),
    findings: () => uplinkParts.findings.all(),
    open: async (signal, output) => {
      const connect: Connect = async (onMessage) => {
        try {
          const stream = openStream();
          const connection = { stream, clientId, username, password, clock, onMessage, onOversize };
          return await openBrokerConnection(connection, signal);
        } catch (error) {
          // The file of the authority cannot be read.
          if (error instanceof ServiceError) throw new RadioUnreachable(error.message, { cause: error });
          const why = error instanceof Error ? error.message : String(error);
          throw new RadioUnreachable(`no broker at ${url}: ${why}`, { cause: error });
        }
      };
      return openUplinkLink(uplinkParts, connect, output);
    },
  };
};

const createUplinkParts = async (
  options: UplinkOptions,
  { context: { clock, journals, status }, options: radioOptions, nextId }: RadioSourceParts,
): Promise<UplinkParts> => {
  const { name, toMesh } = radioOptions;
  const { url, root, hopLimit, okToMqtt, takesDecoded, firmwareVersion, longName, shortName } = options;
  const node = nodeFromSeed(await keptSeed(name, journals));
  const channels = channelSecrets(options);
  const mayTransmit = !onlyListens(options);
  const radio = uplinkRadioInfo({ node, root, channels, hopLimit, mayTransmit, modemPreset: '', firmwareVersion });
  const introduces = mayTransmit && toMesh.kinds.length > 0 && airClosed(channelStatuses(radio), radioOptions) === '';
  return {
    clock,
    status,
    uplink: createUplink({ aesCtr: nodeAesCtr, channels, node, takesDecoded }),
    sender: { aesCtr: nodeAesCtr, root, node, okToMqtt },
    channels,
    radio,
    longName,
    shortName,
    announceOn: introduces ? toMesh.channel : undefined,
    announcements: createAnnouncements(clock),
    findings: createUplinkFindings({
      clock,
      agent: name,
      url,
      root,
      channel: channels.find(({ index }) => index === toMesh.channel),
      node,
      hopLimit,
      sends: toMesh.kinds.length > 0,
    }),
    nextId,
  };
};
