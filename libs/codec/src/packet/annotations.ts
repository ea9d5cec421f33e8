/** Weather and sensor cone, which any payload may carry. */
import { meshtastic } from '@cotbus/contracts';
import { attribute, element, lastNamed } from '../cot/element.ts';
import type { Element } from '../cot/element.ts';
import { buildScaled, parseDecimal } from '../cot/number.ts';
import { roundInt32, roundUnsigned } from './geo.ts';
import type { PacketProfile } from './profile.ts';

const DEFAULT_AZIMUTH_DEG = 270;
const DEFAULT_FOV_DEG = 45;
/** Generation A cannot say that a range is not known. */
const DEFAULT_RANGE_M_OF_A = 100;

const { SensorFov_SensorType: SensorType } = meshtastic;
// The first word that the model's name holds decides.
const sensorTypes: readonly (readonly [RegExp, meshtastic.SensorFov_SensorType])[] = [
  [/flir|thermal|boson/, SensorType.SensorType_Thermal],
  [/laser|lrf/, SensorType.SensorType_Laser],
  [/nvg|night/, SensorType.SensorType_Nvg],
  [/radar|rf-/, SensorType.SensorType_Rf],
  [/cam|eo-|optic/, SensorType.SensorType_Camera],
  [/./, SensorType.SensorType_Other],
];

const degrees = (value: number): number => ((Math.round(value) % 360) + 360) % 360;
const unlessZero = (value: number): string | undefined => (value === 0 ? undefined : String(value));

export const parseEnvironment = (detail: readonly Element[]): meshtastic.TAKEnvironment | undefined => {
  const e = lastNamed(detail, 'environment');
  const temperature = parseDecimal(attribute(e, 'temperature'));
  const windDirection = parseDecimal(attribute(e, 'windDirection'));
  const windSpeed = parseDecimal(attribute(e, 'windSpeed'));
  if (temperature === undefined && windDirection === undefined && windSpeed === undefined) return undefined;
  return {
    $typeName: 'meshtastic.TAKEnvironment',
    temperatureCX10: roundInt32((temperature ?? 0) * 10),
    windDirectionDeg: degrees(windDirection ?? 0),
    windSpeedCmS: roundUnsigned((windSpeed ?? 0) * 100),
  };
};

export const buildEnvironment = (value: meshtastic.TAKEnvironment | undefined): Element | undefined =>
  value &&
  element('environment', {
    temperature: buildScaled(value.temperatureCX10, 1),
    windDirection: unlessZero(value.windDirectionDeg),
    windSpeed: value.windSpeedCmS === 0 ? undefined : buildScaled(value.windSpeedCmS, 2),
  });

export const parseSensor = (
  detail: readonly Element[],
  { schema }: PacketProfile,
): meshtastic.SensorFov | undefined => {
  const e = lastNamed(detail, 'sensor');
  if (e === undefined) return undefined;
  const number = (name: string): number | undefined => parseDecimal(attribute(e, name));
  const model = attribute(e, 'model');
  const range = number('range') ?? (schema === 'a' ? DEFAULT_RANGE_M_OF_A : undefined);
  const rangeM = range === undefined ? undefined : roundUnsigned(range);
  return {
    $typeName: 'meshtastic.SensorFov',
    type: sensorTypes.find(([pattern]) => pattern.test(model.toLowerCase()))?.[1] ?? 0,
    azimuthDeg: degrees(number('azimuth') ?? DEFAULT_AZIMUTH_DEG),
    // Generation A writes no zero.
    ...(rangeM === undefined || (rangeM === 0 && schema === 'a') ? {} : { rangeM }),
    fovHorizontalDeg: roundUnsigned(number('fov') ?? DEFAULT_FOV_DEG),
    fovVerticalDeg: roundUnsigned(number('vfov') ?? 0),
    elevationDeg: roundInt32(number('elevation') ?? 0),
    rollDeg: roundInt32(number('roll') ?? 0),
    model,
  };
};

export const buildSensor = (value: meshtastic.SensorFov | undefined): Element | undefined =>
  value &&
  element('sensor', {
    azimuth: String(value.azimuthDeg),
    range: value.rangeM === undefined ? undefined : String(value.rangeM),
    fov: String(value.fovHorizontalDeg),
    vfov: unlessZero(value.fovVerticalDeg),
    elevation: String(value.elevationDeg),
    roll: unlessZero(value.rollDeg),
    model: value.model || undefined,
  });
