/**
 * Port 67 → the contact of the node, with what its sensors say. The metrics of the device itself are in the node's
 * state; weather, air, power and health are in the remarks of this one contact, for no state keeps them.
 */
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { meshtastic } from '@cotbus/contracts';
import { element } from '../cot/element.ts';
import type { Element } from '../cot/element.ts';
import { buildDecimal } from '../cot/number.ts';
import { refuse } from '../result.ts';
import type { Decoded, PlainDecoder } from './decoded.ts';
import { decodeContact } from './contact.ts';
import { readMessage } from './read-message.ts';

/** Field of the message, name, unit, decimals, and what no sensor on Earth can mean by its number. */
type Row = readonly [field: number, name: string, unit: string, digits: number, min: number, max: number];
type Variant = Exclude<meshtastic.Telemetry['variant']['case'], undefined>;

const TEMPERATURE = 1;
const WIND_DIRECTION = 13;
const WIND_SPEED = 14;

/** `EnvironmentMetrics` of Meshtastic's telemetry.proto. */
const environment: readonly Row[] = [
  [TEMPERATURE, 'Temp', '°C', 1, -100, 1500],
  [2, 'Humidity', '%', 0, 0, 100],
  [3, 'Pressure', ' hPa', 1, 10, 1500],
  [7, 'IAQ', '', 0, 0, 500],
  [8, 'Distance', ' mm', 0, 0, 1e7],
  [9, 'Light', ' lx', 0, 0, 1e6],
  [WIND_DIRECTION, 'Wind from', '°', 0, 0, 360],
  [WIND_SPEED, 'Wind', ' m/s', 1, 0, 150],
  [16, 'Gust', ' m/s', 1, 0, 150],
  [18, 'Radiation', ' µR/h', 1, 0, 1e9],
  [19, 'Rain 1 h', ' mm', 1, 0, 1000],
  [20, 'Rain 24 h', ' mm', 1, 0, 5000],
  [21, 'Soil moisture', '%', 0, 0, 100],
  [22, 'Soil temp', '°C', 1, -100, 100],
];

/** `AirQualityMetrics`: standard concentrations. */
const air: readonly Row[] = [
  [1, 'PM1.0', ' µg/m³', 0, 0, 1e5],
  [2, 'PM2.5', ' µg/m³', 0, 0, 1e5],
  [3, 'PM10', ' µg/m³', 0, 0, 1e5],
  [13, 'CO2', ' ppm', 0, 0, 1e6],
];

/** `PowerMetrics` */
const power: readonly Row[] = [1, 2, 3].flatMap((channel): Row[] => [
  [2 * channel - 1, `Ch${channel}`, 'V', 2, -1000, 1000],
  [2 * channel, `Ch${channel}`, ' mA', 0, -1e6, 1e6],
]);

/** `HealthMetrics` */
const health: readonly Row[] = [
  [1, 'Heart', ' bpm', 0, 1, 300],
  [2, 'SpO2', '%', 0, 1, 100],
  [3, 'Body temp', '°C', 1, 10, 50],
];

const rowsByVariant: Readonly<Record<Variant, readonly Row[]>> = {
  deviceMetrics: [],
  environmentMetrics: environment,
  airQualityMetrics: air,
  powerMetrics: power,
  localStats: [],
  healthMetrics: health,
  hostMetrics: [],
};

/** Refused besides what `decodeContact` refuses: `garbled`. Telemetry of a kind that is not known shows the node alive. */
export const decodeTelemetry: PlainDecoder = (heard, sender, options): Decoded => {
  const telemetry = readMessage(meshtastic.TelemetrySchema, heard.payload);
  if (telemetry === undefined) return refuse('garbled', 'no Telemetry');
  const { variant } = telemetry;
  const rows = variant.case === undefined ? [] : rowsByVariant[variant.case];
  if (!(variant.value instanceof Uint8Array) || rows.length === 0) return decodeContact(sender, options);
  const values = readNumbers(variant.value);
  if (values === undefined) return refuse('garbled', `no ${variant.case}`);
  return decodeContact(sender, options, {
    notes: rows.flatMap((row) => noteOf(row, values)),
    elements: variant.case === 'environmentMetrics' ? weather(values) : [],
  });
};

const noteOf = (row: Row, values: ReadonlyMap<number, number>): readonly string[] => {
  const [, name, unit, digits] = row;
  const value = sensible(row, values);
  return value === undefined ? [] : [`${name}: ${buildDecimal(value, digits)}${unit}`];
};

const sensible = ([field, , , , min, max]: Row, values: ReadonlyMap<number, number>): number | undefined => {
  const value = values.get(field);
  return value !== undefined && value >= min && value <= max ? value : undefined;
};

/** The element in which clients keep weather; it is nothing without a temperature. */
const weather = (values: ReadonlyMap<number, number>): readonly Element[] => {
  const text = (field: number): string | undefined => {
    const row = environment.find(([rowField]) => rowField === field);
    const value = row && sensible(row, values);
    return value === undefined ? undefined : buildDecimal(value, 2);
  };
  const temperature = text(TEMPERATURE);
  if (temperature === undefined) return [];
  return [element('environment', { temperature, windDirection: text(WIND_DIRECTION), windSpeed: text(WIND_SPEED) })];
};

/** Floats and unsigned integers by field, the last of each; undefined when the bytes are no protobuf. */
const readNumbers = (bytes: Uint8Array): ReadonlyMap<number, number> | undefined => {
  const values = new Map<number, number>();
  const reader = new BinaryReader(bytes);
  try {
    while (reader.pos < reader.len) {
      const [field, type] = reader.tag();
      if (type === WireType.Bit32) values.set(field, reader.float());
      else if (type === WireType.Varint) values.set(field, reader.uint32());
      else reader.skip(type, field);
    }
  } catch {
    return undefined;
  }
  return values;
};
