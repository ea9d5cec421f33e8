/**
 * Loaded into the gateway before its program (`node --import`): all that it reckons with its own clock goes faster by the
 * factor in `E2E_SOAK_SPEED`. Sockets, files and the broker's keep-alive take the time they take.
 */
import { systemClock } from '@cotbus/service';
import { fasterClock } from './faster-clock.ts';

Object.assign(systemClock, fasterClock({ ...systemClock }, Number(process.env['E2E_SOAK_SPEED'])));
