/** Loaded into a process whose memory is measured (`--expose-gc --import`): what its heap says is what it needs. */
import { setInterval } from 'node:timers';

const EVERY_MS = 500;
const { gc } = globalThis as { gc?: () => void };

setInterval(() => gc?.(), EVERY_MS).unref();
