/** Port 73: what a node says of itself on `<root>/2/map/`, once an hour, and how the node table takes it. */
import { create } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import type { NodeState } from '@cotbus/contracts';
import { enumName } from '../enum-name.ts';
import { readMessage } from '../read-message.ts';

/** Nodes that do not move repeat their position this often. Until then a finer one stands. */
const FINER_FIX_STANDS_MS = 12 * 60 * 60 * 1000;
const EXACT_BITS = 32;

export interface MapReport {
  readonly node: number;
  /** Both empty when it does not say. */
  readonly longName: string;
  readonly shortName: string;
  /** Config.DeviceConfig.Role */
  readonly role: meshtastic.Config_DeviceConfig_Role;
  readonly hardwareModel: number;
  /** Such as `2.7.26.54e0d8d`. */
  readonly firmwareVersion: string;
  /** Name of LoRaConfig.RegionCode, a number when this version does not know it. */
  readonly region: string;
  /** Name of LoRaConfig.ModemPreset, likewise. */
  readonly modemPreset: string;
  /** One of its channels uses the key that everybody knows. */
  readonly hasDefaultChannel: boolean;
  readonly onlineNodes: number;
  /** The middle of a cell of `precisionBits`, 1e-7 degrees, metres above mean sea level. */
  readonly place:
    | {
        readonly latitudeI: number;
        readonly longitudeI: number;
        readonly altitudeM: number;
        readonly precisionBits: number;
      }
    | undefined;
}

/** Undefined when the packet holds none: encrypted, another port, garbled. */
export const readMapReport = ({ from, payloadVariant }: meshtastic.MeshPacket): MapReport | undefined => {
  if (payloadVariant.case !== 'decoded' || payloadVariant.value.portnum !== meshtastic.PortNum.MAP_REPORT_APP) {
    return undefined;
  }
  const report = readMessage(meshtastic.MapReportSchema, payloadVariant.value.payload);
  if (report === undefined) return undefined;
  const { longName, shortName, role, hwModel: hardwareModel, firmwareVersion, hasDefaultChannel } = report;
  return {
    node: from,
    longName,
    shortName,
    role,
    hardwareModel,
    firmwareVersion,
    hasDefaultChannel,
    region: enumName(meshtastic.Config_LoRaConfig_RegionCodeSchema, report.region),
    modemPreset: enumName(meshtastic.Config_LoRaConfig_ModemPresetSchema, report.modemPreset),
    onlineNodes: report.numOnlineLocalNodes,
    place: placeOf(report),
  };
};

const placeOf = ({ latitudeI, longitudeI, altitude, positionPrecision }: meshtastic.MapReport): MapReport['place'] =>
  latitudeI === 0 && longitudeI === 0
    ? undefined
    : { latitudeI, longitudeI, altitudeM: altitude, precisionBits: positionPrecision };

/**
 * The report for NodeTable.info. It is heard over MQTT and says nothing of reception, so what is known of that stays.
 * @param known NodeTable.state of the node, taken now.
 * @param epochSeconds now; our own clock, since the report has none.
 */
export const mapReportInfo = (
  report: MapReport,
  known: NodeState | undefined,
  epochSeconds: number,
): meshtastic.NodeInfo => {
  const hasNames = report.longName !== '' || report.shortName !== '';
  return create(meshtastic.NodeInfoSchema, {
    num: report.node,
    ...(hasNames ? { user: userOf(report, known) } : {}),
    ...(report.place === undefined || isFiner(known, report.place.precisionBits)
      ? {}
      : { position: positionOf(report.place) }),
    snr: known?.snrDb ?? 0,
    ...(known?.hops === undefined ? {} : { hopsAway: known.hops }),
    viaMqtt: known?.viaMqtt ?? true,
    isIgnored: known?.ignored ?? false,
    lastHeard: epochSeconds,
  });
};

const userOf = ({ longName, shortName, role, hardwareModel }: MapReport, known: NodeState | undefined) => ({
  longName,
  shortName,
  role,
  hwModel: hardwareModel,
  isUnmessagable: known?.unmessagable ?? false,
});

const positionOf = ({ latitudeI, longitudeI, altitudeM, precisionBits }: NonNullable<MapReport['place']>) => ({
  latitudeI,
  longitudeI,
  ...(altitudeM === 0 ? {} : { altitude: altitudeM }),
  precisionBits,
});

const isFiner = (known: NodeState | undefined, precisionBits: number): boolean =>
  known?.fix !== undefined &&
  known.fix.ageMs < FINER_FIX_STANDS_MS &&
  bitsOf(known.fix.precisionBits) > bitsOf(precisionBits);

/** 0 is said by those who do not round. */
const bitsOf = (precisionBits: number): number => (precisionBits === 0 ? EXACT_BITS : precisionBits);
