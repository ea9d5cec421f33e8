/** The page in a real browser. */
import { createMessage, Kind, LinkState, RadioIdentity_State } from '@cotbus/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PUSH_EVERY_MS } from './event-stream.ts';
import { accessibilityFaults, launchBrowser, mainThreadMs, missingBrowser } from './testing/browser.ts';
import type { Browser, ContextOptions, Page } from './testing/browser.ts';
import { ask, closeAll, opened, openConsole, OPERATE, VIEW } from './testing/open-console.ts';
import {
  sampleAgent,
  sampleBatch,
  sampleHeard,
  sampleNode,
  sampleOutcome,
  sampleResult,
  sampleService,
} from './testing/sample-bus.ts';
import type { View } from './view.ts';

// oxlint-disable-next-line no-console -- a test that did not run should say how it would
if (missingBrowser !== undefined) console.warn(`skipped: the page in a real browser, ${missingBrowser}`);

const TIMEOUT_MS = 60_000;
const views = ['map', 'nodes', 'outcomes', 'chat', 'links'] as const;
const hostile = '<img src=x onerror=alert(1)>"><script>alert(2)</script>';

type Console = Awaited<ReturnType<typeof openConsole>>;

/** One of everything that the page shows, by people who mean no good. */
const fill = async ({ radio, clock }: Console): Promise<void> => {
  const channel = { $typeName: 'cotbus.v1.ChannelStatus', index: 0, name: hostile, key: 2, primary: true } as const;
  const link = { name: 'server', transport: 'tls', address: hostile, state: LinkState.WAITING, clients: 0, waiting: 9 };
  radio.publish('agentStatus', sampleAgent({ nodeName: hostile, channels: [channel], channelUtilization: 31 }));
  radio.publish(
    'serviceStatus',
    sampleService({ links: [{ $typeName: 'cotbus.v1.LinkStatus', ...link, lastError: hostile }] }),
  );
  radio.publish('node', sampleNode({ longName: hostile, shortName: '<b>' }));
  radio.publish('rxResult', sampleResult({ callsign: hostile, team: hostile, role: hostile }));
  radio.publish('eventHeard', sampleHeard({ callsign: hostile, lat: 51.52 }));
  radio.publish('rxResult', sampleResult({ uid: 'sos', type: 'b-a-o-tbl', kind: Kind.EMERGENCY, callsign: hostile }));
  radio.publish(
    'eventHeard',
    sampleHeard({
      uid: 'GeoChat.1',
      type: 'b-t-f',
      kind: Kind.CHAT,
      detail: '<__chat senderCallsign="&lt;b&gt;RAVEN" chatroom="&lt;i&gt;all"/><remarks>&lt;img src=x&gt;</remarks>',
    }),
  );
  radio.publish('outcome', sampleBatch(1, [sampleOutcome({ detail: hostile, reason: 8 }), sampleOutcome()]));
  await clock.pass(PUSH_EVERY_MS);
};

describe.skipIf(missingBrowser !== undefined)('the page in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, TIMEOUT_MS);
  afterAll(async () => {
    await browser?.close();
  });
  afterEach(closeAll);

  /** A page with all that went wrong in it, and where it asked. */
  const openPage = async (options: ContextOptions = {}): Promise<{ page: Page; faults: string[]; asked: string[] }> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    opened.push(() => context.close());
    const page = await context.newPage();
    const faults: string[] = [];
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
    });
    page.on('dialog', (dialog) => {
      faults.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    return { page, faults, asked };
  };

  const isLive = async (page: Page): Promise<void> => {
    await page.waitForSelector('#page-state.tone-good');
  };

  it.each<[string, ContextOptions]>([
    ['wide and light', {}],
    ['wide and dark', { colorScheme: 'dark' }],
    ['on a phone', { viewport: { width: 390, height: 844 } }],
    ['on a phone in the dark', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' }],
  ])(
    'shows what strangers say as text, is usable by everybody and asks no other machine: %s',
    async (_what, options) => {
      const opening = await openConsole();
      await fill(opening);
      const { page, faults, asked } = await openPage(options);
      await page.goto(`${opening.url}login?token=${OPERATE}`);
      await isLive(page);
      for (const view of views) {
        await page.click(`#tabs a[href="#${view}"]`);
        await page.waitForSelector(`#view-${view}`);
        expect([view, await accessibilityFaults(page)]).toEqual([view, []]);
        const strangers = await page.evaluate<number>(
          'document.querySelectorAll("main img, main script, main b, main i").length',
        );
        expect([view, strangers]).toEqual([view, 0]);
        const isTooWide = await page.evaluate<boolean>(
          'document.documentElement.scrollWidth > document.documentElement.clientWidth',
        );
        expect([view, isTooWide]).toEqual([view, false]);
      }
      await page.click('#tabs a[href="#nodes"]');
      expect(await page.textContent('#node-rows th')).toContain(hostile);
      expect(asked.filter((url) => !url.startsWith(opening.url) && !url.startsWith('data:'))).toEqual([]);
      expect(faults).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    'asks for a token, and shows those who may only look no button to act',
    async () => {
      const opening = await openConsole();
      await fill(opening);
      const { page } = await openPage();
      await page.goto(opening.url);
      await page.waitForSelector('#login-token');
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.fill('#login-token', 'not-the-right-one');
      await page.press('#login-token', 'Enter');
      await page.waitForSelector('#login-fault:not(:empty)');
      await page.fill('#login-token', VIEW);
      await page.press('#login-token', 'Enter');
      await isLive(page);
      await page.waitForSelector('.alarm');
      expect(await page.isVisible('.alarm .strong')).toBe(false);
      expect(await page.textContent('#role')).toBe('view only');
      await page.click('#logout');
      await page.waitForSelector('#login-token');
    },
    TIMEOUT_MS,
  );

  it(
    'shows what comes while somebody looks',
    async () => {
      const { url, radio, clock } = await openConsole();
      const { page } = await openPage();
      await page.goto(`${url}login?token=${VIEW}`);
      await isLive(page);
      await page.click('#tabs a[href="#nodes"]');
      expect(await page.isVisible('#node-rows tr')).toBe(false);
      radio.publish('node', sampleNode({ longName: 'Bravo' }));
      await clock.pass(PUSH_EVERY_MS);
      await page.waitForSelector('#node-rows tr');
      expect(await page.textContent('#node-rows th')).toContain('Bravo');
      radio.publish('node', sampleNode({ longName: 'Bravo Two' }));
      await clock.pass(PUSH_EVERY_MS);
      await page.waitForSelector('#node-rows th:has-text("Bravo Two")');
    },
    TIMEOUT_MS,
  );

  it(
    'lets a person acknowledge an alarm by keyboard',
    async () => {
      const opening = await openConsole();
      await fill(opening);
      const { page } = await openPage();
      await page.goto(`${opening.url}login?token=${OPERATE}`);
      await page.waitForSelector('.alarm');
      expect(await page.evaluate<string>('document.title')).toBe('(1) 911 Alert – Cotbus');
      await page.press('.alarm .strong', 'Enter');
      await page.waitForSelector('#acknowledge-by');
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.fill('#acknowledge-by', 'Anna');
      await page.press('#acknowledge-by', 'Enter');
      await page.waitForSelector('#acknowledge', { state: 'hidden' });
      await opening.clock.pass(PUSH_EVERY_MS);
      await page.waitForSelector('#alarms', { state: 'hidden' });
      await page.waitForSelector('#past-alarms li:has-text("acknowledged by Anna")');
      const { alarms } = JSON.parse((await ask(`${opening.url}api/state`)).text) as View;
      expect(alarms[0]?.acknowledged?.by).toBe('Anna');
    },
    TIMEOUT_MS,
  );

  it(
    'writes the identity of a radio and shows what it has then',
    async () => {
      const { url, radio, clock } = await openConsole();
      await radio.subscribe('command', { target: 'north', verb: 'identity-set' }, (command) => {
        const { team = '', role = '' } = command?.arguments ?? {};
        const state = RadioIdentity_State.ANSWERED;
        const identity = { $typeName: 'cotbus.v1.RadioIdentity', node: 0x2a, team, role, detail: '', atMs: 0 } as const;
        radio.publish('agentStatus', sampleAgent({ identities: [{ ...identity, state }] }));
        radio.publish('reply', createMessage('reply', { id: command?.id ?? '', ok: true, text: `It is ${team} now.` }));
      });
      radio.publish('agentStatus', sampleAgent());
      await clock.pass(PUSH_EVERY_MS);
      const { page } = await openPage();
      await page.goto(`${url}login?token=${OPERATE}`);
      await isLive(page);
      await page.click('#tabs a[href="#links"]');
      await page.waitForSelector('#identity-section');
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.selectOption('#identity-team', 'Dark Blue');
      await page.click('#identity-form button.strong');
      await page.waitForSelector('#identity-answer:has-text("It is Dark Blue now.")');
      await clock.pass(PUSH_EVERY_MS);
      await page.waitForSelector('#radios dd:has-text("Dark Blue")');
      expect(await page.textContent('#radios dl')).toContain('Its identityDark Blue');
    },
    TIMEOUT_MS,
  );

  it(
    'leads from a finding to the reason, and from the map to what became of a unit',
    async () => {
      const opening = await openConsole();
      await fill(opening);
      const { page } = await openPage();
      await page.goto(`${opening.url}login?token=${VIEW}`);
      await page.click('#units button');
      await page.click('.popup button');
      await page.waitForSelector('#view-outcomes');
      expect(await page.evaluate<string>('document.getElementById("outcomes-filter").value')).toBe('sos');
      await page.click('#tabs a[href="#map"]');
      await page.click('#attention button');
      await page.waitForSelector('#view-links');
    },
    TIMEOUT_MS,
  );

  it(
    'says so when the console is gone',
    async () => {
      const opening = await openConsole();
      await fill(opening);
      const { page } = await openPage();
      await page.goto(`${opening.url}login?token=${VIEW}`);
      await isLive(page);
      await opening.stop();
      await page.waitForSelector('#page-state.tone-bad');
      expect(await page.textContent('#trouble')).toContain('The console does not answer');
    },
    TIMEOUT_MS,
  );

  it(
    'costs little to open with 500 nodes, and to follow 50 changes a second',
    async () => {
      const { url, radio, clock } = await openConsole();
      const say = (num: number, lat: number): void => {
        radio.publish('node', sampleNode({ num, longName: `Node ${num}` }));
        radio.publish('rxResult', sampleResult({ uid: `U-${num}`, callsign: `UNIT ${num}`, lat, lon: num / 5000 }));
      };
      for (let num = 1; num <= 500; num += 1) say(num, 51 + (num % 23) / 100);
      await clock.pass(PUSH_EVERY_MS);
      const { page } = await openPage();
      const openingMs = await mainThreadMs(page, async () => {
        await page.goto(`${url}login?token=${VIEW}`);
        await page.waitForSelector('#units li');
      });
      const pushes = 20;
      const followingMs = await mainThreadMs(page, async () => {
        for (let push = 1; push <= pushes; push += 1) {
          for (let num = 1; num <= 25; num += 1) say(num * push, 51.1 + push / 1000);
          await clock.pass(PUSH_EVERY_MS);
          // Seen by the page, and drawn.
          await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
        }
      });
      // Of the processor of a phone that is four times as slow there would still be half left.
      expect(openingMs).toBeLessThan(1000);
      expect(followingMs / pushes).toBeLessThan(PUSH_EVERY_MS / 8);
    },
    TIMEOUT_MS,
  );
});
