/** Values of words and options on the command line. */
import { InvalidArgumentError } from 'commander';

/** Of every command that reads the configuration of a gateway. */
export const CONFIG_FLAG = [
  '-c, --config <file>',
  'configuration file; cotbus.yaml in this folder if there is one',
] as const;

/** Of every command that reaches the bus. */
export const BUS_FLAG = [
  '--bus <url>',
  'broker; COTBUS_BUS_URL (with COTBUS_BUS_USERNAME and _PASSWORD), else mqtt://127.0.0.1:1883',
] as const;

export const wholeNumber = (text: string): number => {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
};

export const nodeNumber = (text: string): number => {
  const [, hex = ''] = /^!?([0-9a-f]{8})$/i.exec(text) ?? [];
  if (hex === '')
    throw new InvalidArgumentError('expected a node number in eight hexadecimal digits, such as !15465d8d');
  return Number.parseInt(hex, 16);
};

export const positiveNumber = (text: string): number => {
  const number = Number(text);
  if (!/^\d{1,5}(?:\.\d{1,3})?$/.test(text) || number <= 0) throw new InvalidArgumentError('expected a number above 0');
  return number;
};

const DAY_MS = 24 * 60 * 60 * 1000;

/** A date, a time in ISO 8601, or so many days ago: `30d`. @returns epoch milliseconds */
export const pastMoment = (text: string): number => {
  const [, days] = /^(\d{1,5})d$/.exec(text) ?? [];
  if (days !== undefined) return Date.now() - Number(days) * DAY_MS;
  const moment = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z?)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(moment)) throw new InvalidArgumentError('expected a date such as 2026-11-01, or days such as 30d');
  if (moment > Date.now()) throw new InvalidArgumentError('expected a time that is past');
  return moment;
};
