import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createProcesses } from './process.ts';
import type { Processes, RunningProcess } from './process.ts';
import { until } from './wait.ts';

const TALKER = "let n = 0; setInterval(() => console.log('tick', ++n), 5); console.log('up')";
const WAIT_MS = 3000;

const exists = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('a process of the harness', () => {
  let processes: Processes;
  const run = (script: string): RunningProcess =>
    processes.start({ name: 'talker', file: process.execPath, args: ['-e', script], folder: tmpdir() });
  const ticks = (running: RunningProcess): number => Number(/tick (\d+)\s*$/.exec(running.output())?.[1] ?? 0);
  beforeEach(() => {
    processes = createProcesses();
  });
  afterEach(async () => {
    await processes.endAll();
  });

  it('is killed and started again with the same command, and that is no death', async () => {
    const running = run(TALKER);
    await until('up', WAIT_MS, () => running.said('up'));
    const { pid = 0 } = running;
    await running.kill();
    expect(running.pid).toBeUndefined();
    expect(exists(pid)).toBe(false);
    running.start();
    await until('up again', WAIT_MS, () => running.said('up'));
    expect(running.lives).toBe(2);
    expect(processes.deaths).toEqual([]);
  });

  it('says nothing while it is paused, and goes on', async () => {
    const running = run(TALKER);
    await until('ticks', WAIT_MS, () => ticks(running) > 2);
    running.pause();
    await until('stopped', WAIT_MS, () => readFileSync(`/proc/${running.pid}/stat`, 'utf8').includes(') T '));
    const before = ticks(running);
    running.resume();
    await until('more ticks', WAIT_MS, () => ticks(running) > before + 2);
    expect(processes.deaths).toEqual([]);
    expect(running.lives).toBe(1);
  });

  it('is reported when it ends by itself, with its last words', async () => {
    run("console.error('no port'); process.exit(2)");
    await until('death', WAIT_MS, () => processes.deaths.length > 0);
    expect(processes.deaths).toMatchObject([{ name: 'talker', how: 'exit 2', lastWords: 'no port' }]);
  });

  it('ends when everything ends, also while it is paused or deaf', async () => {
    const deaf = run("process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('up')");
    const paused = run(TALKER);
    await until('up', WAIT_MS, () => deaf.said('up') && paused.said('up'));
    const pids = [deaf.pid ?? 0, paused.pid ?? 0];
    paused.pause();
    await processes.endAll();
    expect(pids.map(exists)).toEqual([false, false]);
  });
});
