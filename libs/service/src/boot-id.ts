/** Which monotonic clock this is: readings of processes of one boot can be compared. */
import { readFileSync } from 'node:fs';

/** The kernel's name for the boot; where there is none, one for this process alone. */
export const bootId = (random: () => number): string => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return `process-${Math.floor(random() * 2 ** 48).toString(16)}`;
  }
};
