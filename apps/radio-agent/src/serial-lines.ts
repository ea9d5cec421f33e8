/** The control lines of a serial port, DTR and RTS: on many boards an edge of them is a reset. */
import { execFile } from 'node:child_process';

/** A program that hangs is not waited for. */
const STTY_TIMEOUT_MS = 2_000;

/**
 * On Windows DTR is asserted while the port is open: boards with USB of their own talk to nobody else. Elsewhere the system
 * asserts both lines on open.
 */
export const assertsDtr = process.platform === 'win32';

/**
 * Makes the lines of an open port stay as they are when it is closed, so that closing, and opening again, resets no board.
 * The driver cannot: it sets HUPCL and never clears it. Without `stty` the board may restart; nothing else is lost.
 */
export const keepLines = async (path: string): Promise<void> => {
  if (process.platform === 'win32') return;
  const file = process.platform === 'darwin' ? '-f' : '-F';
  await new Promise<void>((resolve) => {
    execFile('stty', [file, path, '-hupcl'], { timeout: STTY_TIMEOUT_MS }, () => resolve());
  });
};
