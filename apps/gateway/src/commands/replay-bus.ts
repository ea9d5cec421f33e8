/** `cotbus replay --bus`: the recording as one more radio of a Cotbus that runs; it goes when everything has ended. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reasonText } from '@cotbus/contracts';
import { radioAgent } from '@cotbus/radio-agent';
import type { RadioOptions } from '@cotbus/radio-agent';
import { createLog, nodeJournalFs, readRecording, startService, systemClock } from '@cotbus/service';
import { minutesText, showProgress } from '../progress.ts';
import { connectedWithin, openOperatorBus } from './operator-bus.ts';

/** Nothing has ended for so long: nothing more will. */
const QUIET_MS = 5_000;
const LOOK_MS = 250;
const CONNECT_MS = 5_000;

export const replayOnBus = async (radio: RadioOptions, url: string): Promise<void> => {
  const log = createLog({ level: 'warn', terminal: process.stderr.isTTY, name: 'replay' });
  const bus = openOperatorBus(url, 'replay', process.env, radioAgent.will?.(radio));
  if (!(await connectedWithin(bus, CONNECT_MS))) process.exit(2);
  const ends = new Map<string, number>();
  let lastMs = systemClock.monotonic();
  await bus.subscribe('outcome', {}, (batch) => {
    for (const { item, reason, packetId, port } of batch?.outcomes ?? []) {
      // Refreshed contacts are made by the agent; they are no frames.
      if (item?.origin !== radio.name || (packetId === 0 && port === 4)) continue;
      lastMs = systemClock.monotonic();
      ends.set(reasonText(reason), (ends.get(reasonText(reason)) ?? 0) + 1);
    }
  });
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-replay-'));
  const running = await startService(radioAgent, {
    options: radio,
    bus,
    log,
    clock: systemClock,
    random: Math.random,
    journals: { folder, durable: false, fs: nodeJournalFs },
  });
  const startMs = systemClock.monotonic();
  const played = (): string => minutesText(systemClock.monotonic() - startMs);
  const ended = (): number => [...ends.values()].reduce((sum, count) => sum + count, 0);
  const endProgress = showProgress(() => `${ended()} frames have ended, playing for ${played()}`, systemClock);
  await over(radio, () => lastMs);
  endProgress();
  await running.stop();
  await bus.close();
  rmSync(folder, { recursive: true, force: true });
  const counts = [...ends].map(([reason, count]) => `${count} ${reason}`).join(', ');
  console.log(`replayed: ${counts === '' ? 'nothing' : counts}`);
  process.exit();
};

/** When the last frame was due, and everything has been quiet since. */
const over = async ({ recording }: RadioOptions, lastMs: () => number): Promise<void> => {
  const { file, speed } = recording ?? { file: '', speed: 1 };
  let times: readonly [first: number, last: number] | undefined;
  for await (const line of readRecording(file)) {
    if (line.kind === 'frame') times = [times?.[0] ?? line.frame.at, line.frame.at];
  }
  const [first, last] = times ?? [0, 0];
  await after((last - first) / speed);
  const startMs = systemClock.monotonic();
  while (systemClock.monotonic() - Math.max(lastMs(), startMs) < QUIET_MS) await after(LOOK_MS);
};

const after = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    systemClock.after(ms, resolve);
  });
