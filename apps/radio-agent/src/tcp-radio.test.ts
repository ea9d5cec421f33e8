import { LinkState } from '@cotbus/contracts';
import { fakeClock } from '@cotbus/service/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTcpRadio } from './tcp-radio.ts';
import { brokenFault, connectFault } from './tcp-faults.ts';
import { startFarEnd } from './testing/far-end.ts';
import type { RadioBench } from './testing/radio-scene.ts';
import { describeRadio } from './testing/radio-contract.ts';
import { radioScene, startRadio, supervise, until } from './testing/radio-scene.ts';

const host = '127.0.0.1';
const never = new AbortController().signal;

const tcpBench = (): RadioBench => ({
  plugIn: async (port) => createTcpRadio({ host, port }),
  // Port 1 is nobody's.
  absent: () => createTcpRadio({ host, port: 1 }),
  close: async () => {},
});

describeRadio('TCP', tcpBench);

describe('a TCP radio', () => {
  it('serves one client: the one before is told that another may have come', async () => {
    const simulated = await startRadio(fakeClock());
    const radio = createTcpRadio({ host, port: simulated.port });
    const first = await radio.open(never);
    first.onBytes(() => {});
    const second = await radio.open(never);
    onTestFinished(() => second.close());
    await expect(first.closed).resolves.toMatch(/another program or phone has connected \(it serves one at a time\)/);
  });

  it('is back after it restarted, however often it hangs up while it boots', async () => {
    const made = await radioScene(tcpBench());
    const { clock, simulated, readies } = made;
    const states = supervise(made);
    await until(() => expect(readies()).toHaveLength(1));
    simulated.reboot(3000);
    await until(() => {
      clock.advance(100);
      expect(readies()).toHaveLength(2);
    });
    const whys = states.filter(([state]) => state === LinkState.WAITING).map(([, why]) => why);
    expect(whys.length).toBeGreaterThan(1);
    expect(whys.every((why) => why.startsWith('closed by the radio: it restarts'))).toBe(true);
  });

  it('is not fought over in silence: the third short life in a row names the rival', async () => {
    const far = await startFarEnd();
    const clock = fakeClock();
    const radio = createTcpRadio({ host, port: far.port }, clock);
    const live = async (ms: number): Promise<string> => {
      const connection = await radio.open(never);
      const heard: Uint8Array[] = [];
      connection.onBytes((chunk) => heard.push(chunk));
      await until(() => expect(far.connected).toBe(true));
      far.say(Uint8Array.of(1));
      await until(() => expect(heard).toHaveLength(1));
      clock.advance(ms);
      far.cut();
      const why = await connection.closed;
      await until(() => expect(far.connected).toBe(false));
      return why;
    };
    const whys = [await live(2000), await live(9999), await live(0), await live(10_000)];
    expect(whys.map((why) => /(\d) times in a row.*disconnect/.exec(why)?.[1])).toEqual([
      undefined,
      undefined,
      '3',
      undefined,
    ]);
  });

  it('has an address as it is written in the configuration', () => {
    expect(createTcpRadio({ host: 'fe80::1', port: 4403 }).address).toBe('tcp [fe80::1]:4403');
  });
});

describe('what went wrong with it', () => {
  const failed = (code: string): Error => Object.assign(new TypeError('failed'), { code });

  it.each([
    ['ECONNREFUSED', /\(ECONNREFUSED\): it refuses the connection: the radio is starting/],
    ['ENOTFOUND', /no such name on this network: try the IP address/],
    ['EHOSTUNREACH', /is the radio on/],
    ['ABORT_ERR', /^no radio at hill:4403: no answer: is the radio on/],
    ['ESOMETHING', /^no radio at hill:4403 \(ESOMETHING\)$/],
  ])('%s is said in words', (code, words) => {
    expect(connectFault('hill:4403', failed(code))).toMatch(words);
  });

  it.each([
    [failed('ETIMEDOUT'), /out of reach/],
    [failed('EPIPE'), /^broken \(EPIPE\)$/],
    [new TypeError('odd'), /^broken \(odd\)$/],
  ])('a broken connection, %s', (error, words) => {
    expect(brokenFault(error)).toMatch(words);
  });
});
