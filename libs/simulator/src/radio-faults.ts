/** The ways in which a simulated radio can be made to misbehave. */
import { create } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import type { ApiServer } from './api-server.ts';
import type { Manners } from './client-socket.ts';
import { fromRadio } from './from-radio.ts';
import type { Radio } from './radio.ts';

export interface RadioFaults {
  /** Loses the connection, nothing else. */
  cut(): void;
  /** Loses the connection with a reset, as a radio that is switched off does when it is asked something. */
  reset(): void;
  /** Loses connection, queue and packets kept, counts the boot; takes connections again after `bootMs`, default 0. */
  reboot(bootMs?: number): void;
  /** Says `rebooted` on the open connection; nothing else happens. */
  sayRebooted(): void;
  /** Writes bytes as they are: garbage, half a frame. */
  write(bytes: Uint8Array): void;
  /** Prints a console line with colours, and with characters whose UTF-8 contains the byte 94. */
  printLog(): void;
  /** Sends a log record, as with `security.debug_log_api_enabled`. */
  log(message: string): void;
  /** While silent, nothing reaches the client; the connection stays. */
  setSilent(silent: boolean): void;
  /** While hung, it neither reads nor says anything; the connection stays. */
  setHung(hung: boolean): void;
  /** Writes every byte on its own. */
  setBytewise(bytewise: boolean): void;
}

const CONSOLE_LINE = '\u001b[34mINFO \u001b[0m | 12:00:00 7 [Router] Heard \u{1f514} SIM — rebroadcast\r\n';

export const createRadioFaults = (radio: Radio, server: ApiServer, manners: Manners): RadioFaults => {
  const { clock } = radio.mesh;
  let cancelBoot = (): void => {};
  const write = (bytes: Uint8Array): void => server.connection?.write(bytes);
  const tell = (message: meshtastic.FromRadio): void => server.connection?.tell(message);
  return {
    cut: () => server.cut(),
    reset: () => server.connection?.reset(),
    reboot: (bootMs = 0) => {
      server.cut();
      radio.reboot();
      cancelBoot();
      server.setRefusing(bootMs > 0);
      if (bootMs > 0) cancelBoot = clock.after(bootMs, () => server.setRefusing(false));
    },
    sayRebooted: () => tell(fromRadio({ case: 'rebooted', value: true })),
    write,
    printLog: () => write(new TextEncoder().encode(CONSOLE_LINE)),
    log: (message) => {
      const level = meshtastic.LogRecord_Level.INFO;
      const record = { message, level, source: 'Router', time: Math.floor(clock.now() / 1000) };
      tell(fromRadio({ case: 'logRecord', value: create(meshtastic.LogRecordSchema, record) }));
    },
    setSilent: (silent) => void (manners.silent = silent),
    setHung: (hung) => {
      manners.silent = hung;
      server.connection?.setReading(!hung);
    },
    setBytewise: (bytewise) => void (manners.bytewise = bytewise),
  };
};
