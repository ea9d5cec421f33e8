import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Finding_Level } from '@cotbus/contracts';
import { siteChecks, whyCodes } from '@cotbus/service';
import { describe, expect, it, onTestFinished } from 'vitest';
import { machineCodes } from '../doctor/this-machine.ts';
import { askCodes } from '../doctor/why.ts';
import { startScene } from '../testing/scene.ts';
import { useCommandRun } from '../testing/command-run.ts';
import { doctor, report } from './doctor.ts';
import type { DoctorOptions } from './doctor.ts';

interface Line {
  readonly level: string;
  readonly code: string;
  readonly about: string;
  readonly cause: string;
  readonly remedy: string;
}

const command = useCommandRun('doctor');
const examine = async (options: DoctorOptions): Promise<Line[]> => {
  await doctor({ ...options, json: true });
  return command.printed.map((line) => JSON.parse(line) as Line);
};
/** A port where nobody listens any more. */
const deadPort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
};

describe('cotbus doctor', () => {
  it('finds nothing wrong with a gateway that is well, and ends with status 0', async () => {
    const scene = await startScene({ radios: 2 });
    onTestFinished(() => scene.stop());
    const lines = await examine({ bus: scene.busUrl });
    expect(lines.filter(({ level }) => level !== 'note')).toEqual([]);
    expect(process.exitCode).toBe(0);
  });

  it('names a radio that is away, over the bus, and ends with status 1', async () => {
    const scene = await startScene();
    onTestFinished(() => scene.stop());
    await scene.radios[0]?.close();
    const lines = await examine({ bus: scene.busUrl });
    expect(lines[0]).toMatchObject({ level: 'fault', code: 'radio_away', about: 'radio-0' });
    expect(process.exitCode).toBe(1);
  });

  it('says what it can when nothing runs: faults of the configuration with their place', async () => {
    const config = command.file('cotbus.yaml', 'tak:\n  listen:\n    port: many\n');
    const lines = await examine({ bus: `mqtt://127.0.0.1:${await deadPort()}`, config });
    expect(lines.slice(0, 2)).toMatchObject([
      { level: 'fault', code: 'bus_unreachable' },
      {
        level: 'fault',
        code: 'config_faulty',
        cause: expect.stringMatching(/cotbus\.yaml:3:11: tak\.listen\.port: .*number/),
      },
    ]);
    expect(process.exitCode).toBe(1);
  });

  it('names ports that are taken and folders that cannot be used, before anything is started', async () => {
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    const file = command.file('file', 'no folder');
    const config = command.file(
      'cotbus.yaml',
      `tak: { listen: { port: ${port} } }\nconsole: { port: 0 }\nbus: { listen: { port: 0 } }\njournals: { folder: ${file}/data }\n`,
    );
    const lines = await examine({ bus: `mqtt://127.0.0.1:${await deadPort()}`, config });
    expect(lines.find(({ code }) => code === 'port_taken')).toMatchObject({
      about: 'tak.listen.port',
      cause: `Port ${port} on 127.0.0.1 is taken by another program.`,
    });
    expect(lines.find(({ code }) => code === 'folder_unusable')?.cause).toContain('ENOTDIR');
  });

  it('looks for the gateway where its configuration puts the broker, and names a serial device that is not there', async () => {
    const port = await deadPort();
    const rest = 'tak: { listen: { port: 0 } }\nconsole: { port: 0 }\n';
    const config = command.file(
      'cotbus.yaml',
      `radios:\n  - { name: hut, serial: /dev/ttyNOPE }\n${rest}bus: { listen: { port: ${port} } }\n`,
    );
    const lines = await examine({ config });
    expect(lines.find(({ code }) => code === 'bus_unreachable')?.cause).toContain(`mqtt://127.0.0.1:${port}:`);
    expect(lines.filter(({ code }) => /^serial_(missing|driver_missing)$/.test(code))).toHaveLength(1);
  });

  it('writes a cause and a remedy for each, and sums up', () => {
    const finding = {
      code: 'x_y',
      level: Finding_Level.FAULT,
      about: 'hill',
      cause: 'Broken \u001b[2J.',
      remedy: 'Mend it.',
    };
    expect(report([finding, { ...finding, level: Finding_Level.NOTE }])).toEqual([
      'FAULT    hill: Broken \\u001b[2J.  [x_y]',
      '         → Mend it.',
      'NOTE     hill: Broken \\u001b[2J.  [x_y]',
      '         → Mend it.',
      'Faults: 1. Warnings: 0. Worth knowing: 1.',
    ]);
    expect(report([])).toEqual(['Nothing is wrong.']);
  });

  it('gives no code to two different things', () => {
    const codes = [...machineCodes, ...askCodes, ...whyCodes, ...siteChecks.flatMap((check) => check.codes)];
    expect(new Set(codes).size).toBe(codes.length);
  });
});
