/**
 * Links that are cut again and again: the heap must not grow. `npm run soak -- reconnects` and `-- unplugs`
 * run it 10 000 times; here it is the short form.
 */
import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LinkState } from '@cotbus/contracts';
import { superviseLink } from '@cotbus/service';
import { fakeClock } from '@cotbus/service/testing';
import { createPtyLine } from '@cotbus/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openBrokerConnection } from './broker-connection.ts';
import { createSerialRadio } from './serial-radio.ts';
import { createTcpRadio } from './tcp-radio.ts';
import { createMeshBroker } from './testing/mesh-broker.ts';
import { radioScene } from './testing/radio-scene.ts';
import type { RadioBench } from './testing/radio-scene.ts';
import { canRunSerial } from './testing/serial-line.ts';

const RECONNECTS = Number(process.env['COTBUS_SOAK_RECONNECTS'] ?? 80);
/** Each starts a process. */
const UNPLUGS = Number(process.env['COTBUS_SOAK_UNPLUGS'] ?? 4);
/** Bytes for each reconnect; the warm-up of a short run leaves traces that a long one does not see. */
const maxSlope = (count: number): number => (count >= 5000 ? 100 : count >= 80 ? 20_000 : Infinity);
/** The native module of serialport 13 keeps 400 bytes of every port that was opened; starting `stty` costs a little, too. */
const BINDING_BYTES = 600;
const SAMPLES = 20;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Least squares through the later three quarters of the samples. @returns bytes for each reconnect */
const slopeOf = (samples: readonly (readonly [at: number, bytes: number])[]): number => {
  const late = samples.slice(Math.floor(samples.length / 4));
  const mean = (index: 0 | 1): number => late.reduce((sum, sample) => sum + sample[index], 0) / late.length;
  const [meanAt, meanBytes] = [mean(0), mean(1)];
  const covariance = late.reduce((sum, [at, bytes]) => sum + (at - meanAt) * (bytes - meanBytes), 0);
  return covariance / late.reduce((sum, [at]) => sum + (at - meanAt) ** 2, 0);
};

/** @param again cuts the link; resolves when it is up again */
const measure = async (what: string, count: number, again: () => Promise<void>): Promise<number> => {
  const samples: [number, number][] = [];
  const started = performance.now();
  for (let done = 0; done <= count; done += 1) {
    if (done % Math.ceil(count / SAMPLES) === 0) {
      collect();
      samples.push([done, process.memoryUsage().heapUsed]);
    }
    if (done < count) await again();
  }
  const slope = slopeOf(samples);
  const mib = (bytes: number | undefined): string => ((bytes ?? 0) / 1024 / 1024).toFixed(2);
  const quarters = [0, 1, 2, 3, 4].map((n) => mib(samples[Math.floor((n * (samples.length - 1)) / 4)]?.[1]));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  // oxlint-disable-next-line no-console -- the figure is what this run is for
  console.log(
    `${what}: ${count} reconnects in ${seconds} s, heap ${quarters.join(' → ')} MiB, ` +
      `slope ${slope.toFixed(1)} bytes each`,
  );
  return slope;
};

const WAIT_MS = 20_000;

/** Turns of the event loop until it holds; a fake clock moves meanwhile. */
const untilHolds = async (holds: () => boolean, meanwhile: () => void): Promise<void> => {
  const untilMs = performance.now() + WAIT_MS;
  while (!holds()) {
    if (performance.now() > untilMs) throw new Error('it did not come back');
    meanwhile();
    await new Promise(setImmediate);
  }
};

interface SoakBench extends RadioBench {
  /** After the link was cut; nothing is to be done when left out. */
  readonly again?: () => Promise<void>;
}

/** @returns bytes for each time that the link was cut and came back */
const soakRadio = async (what: string, count: number, bench: SoakBench): Promise<number> => {
  const { clock, simulated, open, readies: seen, forget } = await radioScene(bench);
  let readies = 0;
  let dead = false;
  const stop = new AbortController();
  const onState = (state: LinkState): void => void (dead = state === LinkState.WAITING);
  const done = superviseLink({ clock, random: () => 0, signal: stop.signal, open, onState });
  const up = async (): Promise<void> => {
    await untilHolds(
      () => seen().length > 0,
      () => dead && clock.advance(1000),
    );
    readies += 1;
    forget();
  };
  await up();
  const slope = await measure(what, count, async () => {
    simulated.cut();
    await untilHolds(
      () => dead,
      () => {},
    );
    await bench.again?.();
    await up();
  });
  expect(readies).toBe(count + 1);
  stop.abort();
  await done;
  return slope;
};

describe('the heap over many reconnects', () => {
  it(
    'of a radio over TCP',
    async () => {
      const slope = await soakRadio('TCP', RECONNECTS, {
        plugIn: async (port) => createTcpRadio({ host: '127.0.0.1', port }),
        absent: () => createTcpRadio({ host: '127.0.0.1', port: 1 }),
        close: async () => {},
      });
      expect(slope).toBeLessThan(maxSlope(RECONNECTS));
    },
    30_000 + RECONNECTS * 50,
  );

  it.skipIf(!canRunSerial)(
    'of a radio on a serial line, pulled out each time',
    async () => {
      const line = createPtyLine();
      onTestFinished(() => line.close());
      let port = 0;
      const slope = await soakRadio('serial line', UNPLUGS, {
        plugIn: async (to) => {
          port = to;
          await line.plugIn(port);
          return createSerialRadio({ kind: 'path', path: line.path });
        },
        again: () => line.plugIn(port),
        absent: () => createSerialRadio({ kind: 'path', path: line.path }),
        close: async () => {},
      });
      expect(slope).toBeLessThan(maxSlope(UNPLUGS) + BINDING_BYTES);
    },
    30_000 + UNPLUGS * 500,
  );

  it(
    'of an uplink',
    async () => {
      const broker = createMeshBroker();
      await broker.start();
      onTestFinished(() => broker.stop());
      const clock = fakeClock();
      const open = async () =>
        openBrokerConnection(
          {
            stream: connect(broker.port(), '127.0.0.1'),
            clientId: 'soak',
            clock,
            onMessage: () => undefined,
            onOversize: () => undefined,
          },
          new AbortController().signal,
        );
      let connection = await open();
      await connection.subscribe('msh/#');
      const slope = await measure('MQTT uplink', RECONNECTS, async () => {
        broker.cut();
        await connection.closed;
        connection = await open();
        await connection.subscribe('msh/#');
      });
      await connection.close();
      expect(clock.pending).toBe(0);
      expect(slope).toBeLessThan(maxSlope(RECONNECTS));
    },
    30_000 + RECONNECTS * 50,
  );
});
