/** Whether tests over a serial line can run here. */
import { hasSocat } from '@cotbus/testkit';
import { loadSerialDriver } from '../serial-driver.ts';

const missing = [
  ...(hasSocat() ? [] : ['socat (apt-get install socat)']),
  ...(loadSerialDriver().ok ? [] : ['the package serialport']),
];

/** Says what is missing where they cannot. */
export const canRunSerial = missing.length === 0;
// oxlint-disable-next-line no-console -- a test that did not run should say how it would
if (!canRunSerial) console.warn(`skipped: tests over a serial line need ${missing.join(' and ')}`);
