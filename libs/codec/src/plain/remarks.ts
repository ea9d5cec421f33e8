/** What is known of a node's radio, for the remarks of its contact. */
import type { Metrics, NodeState } from '@cotbus/contracts';
import { element } from '../cot/element.ts';
import type { Element } from '../cot/element.ts';

const FULL_BATTERY_PERCENT = 100;

/** Percent; 101 says that it runs on external power. A board without a battery reports 0 and no voltage. */
const batteryPercent = (metrics: Metrics | undefined): number | undefined => {
  const { battery, voltage = 0 } = metrics ?? {};
  return battery === 0 && !(voltage > 0) ? undefined : battery;
};

export const batteryStatus = (metrics: Metrics | undefined): readonly Element[] => {
  const percent = batteryPercent(metrics);
  return percent === undefined ? [] : [element('status', { battery: String(Math.min(percent, FULL_BATTERY_PERCENT)) })];
};

/** `Name: value`, unknown ones left out, zeros shown. */
export const radioNotes = ({ metrics, rssiDbm, snrDb }: NodeState): readonly string[] => {
  const percent = batteryPercent(metrics);
  const battery = percent === undefined || percent <= FULL_BATTERY_PERCENT ? number(percent, 0, '%') : 'external power';
  const voltage = (metrics?.voltage ?? 0) > 0 ? metrics?.voltage : undefined;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Battery', battery],
    ['Voltage', number(voltage, 2, 'V')],
    ['Chan Util', number(metrics?.channelUtilization, 1, '%')],
    ['Air Util Tx', number(metrics?.airUtilTx, 1, '%')],
    ['RSSI', number(rssiDbm, 0, ' dBm')],
    ['SNR', number(snrDb, 1, ' dB')],
  ];
  return rows.flatMap(([name, text]) => (text === undefined ? [] : [`${name}: ${text}`]));
};

const number = (value: number | undefined, digits: number, unit: string): string | undefined =>
  value === undefined || !Number.isFinite(value) ? undefined : `${value.toFixed(digits)}${unit}`;
