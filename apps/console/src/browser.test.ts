/** The page in a real browser. */
import { create, toBinary } from '@bufbuild/protobuf';
import {
  createMessage,
  Kind,
  LinkState,
  LinkStatusSchema,
  RadioIdentity_State,
  SettingListSchema,
} from '@cotbus/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PUSH_EVERY_MS } from './event-stream.ts';
import { accessibilityFaults, launchBrowser, missingBrowser } from './testing/browser.ts';
import type { Browser, ContextOptions, Page } from './testing/browser.ts';
import { answerAsEgress, PACKAGE } from './testing/fake-egress.ts';
import { ask, closeAll, opened, openConsole, OPERATE, VIEW } from './testing/open-console.ts';
import {
  NOON,
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
const views = ['map', 'nodes', 'outcomes', 'chat', 'tak', 'links', 'settings'] as const;
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
  const client = { listener: 'listenTls', address: hostile, callsign: hostile, uid: hostile, fingerprint: hostile };
  const names = { ...client, certificate: hostile, sinceMs: NOON, heardMs: NOON };
  const guest = create(LinkStatusSchema, { name: 'client-1', transport: 'tls', state: LinkState.OPEN, client: names });
  radio.publish('serviceStatus', sampleService({ instance: 'hq', links: [guest] }));
  radio.publish('override', createMessage('override', { num: 0x1234abcd, callsign: hostile, team: hostile }));
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
      await page.click('#tabs a[href="#tak"]');
      await page.waitForSelector('#identity-form');
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.selectOption('#identity-team', 'Dark Blue');
      await page.click('#identity-form button.strong');
      await page.waitForSelector('#identity-answer:has-text("It is Dark Blue now.")');
      await clock.pass(PUSH_EVERY_MS);
      await page.waitForSelector('#identity-rows td:has-text("Dark Blue")');
      expect(await page.textContent('#identity-rows')).toContain('answered');
    },
    TIMEOUT_MS,
  );

  it(
    'gives somebody a connection package by code and link, and shuts them out again',
    async () => {
      const opening = await openConsole();
      const given = await answerAsEgress(opening.radio, opening.clock);
      opening.radio.publish('serviceStatus', sampleService());
      await opening.clock.pass(PUSH_EVERY_MS);
      const { page, faults } = await openPage();
      await page.goto(`${opening.url}login?token=${OPERATE}#tak`);
      await isLive(page);
      await page.click('#tabs a[href="#tak"]');
      await page.click('#package-new');
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.fill('#package-name', '<b>Anna');
      await page.press('#package-name', 'Enter');
      await page.waitForSelector('#package-link');
      expect(await page.textContent('#package-for')).toBe('<b>Anna');
      expect(await page.textContent('#package-notes')).toContain('nothing to scan');
      expect(await accessibilityFaults(page)).toEqual([]);
      const link = await page.evaluate<string>('document.getElementById("package-link").href');
      expect((await ask(link, { headers: {} })).text).toBe(new TextDecoder().decode(PACKAGE));
      await page.click('#package-close');
      await page.waitForSelector('#package', { state: 'hidden' });
      // The dialog is hidden before it says that it is closed.
      await expect.poll(() => page.evaluate<string>('document.getElementById("package-link").href')).not.toBe(link);
      await page.waitForSelector('#certificate-rows th:has-text("<b>Anna")');
      await page.click('#certificate-rows button');
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.click('#confirm-act');
      await page.waitForSelector('#certificate-rows .label:has-text("revoked")');
      expect(given).toMatchObject([{ name: '<b>Anna', revoked: true }]);
      expect(faults).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    'says how a node appears in TAK, and takes it back',
    async () => {
      const opening = await openConsole();
      await fill(opening);
      const { page } = await openPage({ viewport: { width: 390, height: 844 } });
      await page.goto(`${opening.url}login?token=${OPERATE}`);
      await isLive(page);
      await page.click('#tabs a[href="#nodes"]');
      await page.click('#node-rows button:has-text("Edit")');
      expect(await page.evaluate<string>('document.getElementById("override-callsign").value')).toBe(hostile);
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.fill('#override-callsign', 'RESCUE 1');
      await page.selectOption('#override-team', 'Red');
      await page.click('#override-form .strong');
      await page.waitForSelector('#override', { state: 'hidden' });
      await opening.clock.pass(PUSH_EVERY_MS);
      await page.waitForSelector('#node-rows td:has-text("RESCUE 1")');
      await page.click('#node-rows button:has-text("Edit")');
      await page.click('#override-clear');
      await opening.clock.pass(PUSH_EVERY_MS);
      await page.waitForSelector('#node-rows td:has-text("RESCUE 1")', { state: 'hidden' });
    },
    TIMEOUT_MS,
  );

  it(
    'asks an egress why a node is not seen',
    async () => {
      const opening = await openConsole();
      await fill(opening);
      await opening.radio.subscribe('command', { verb: 'explain' }, (command) => {
        opening.radio.publish('reply', createMessage('reply', { id: command?.id ?? '', ok: false, text: hostile }));
      });
      const { page } = await openPage();
      await page.goto(`${opening.url}login?token=${VIEW}`);
      await isLive(page);
      await page.click('#tabs a[href="#nodes"]');
      expect(await page.isVisible('#node-rows button:has-text("Edit")')).toBe(false);
      await page.press('#node-rows button:has-text("Why?")', 'Enter');
      await page.waitForSelector('#why-lines li');
      expect(await page.textContent('#why-lines')).toContain(hostile);
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.press('#why-close', 'Escape');
      await page.waitForSelector('#why', { state: 'hidden' });
    },
    TIMEOUT_MS,
  );

  it(
    'shows settings with their source, and no secret',
    async () => {
      const opening = await openConsole();
      const settings = [
        { path: 'tak.listen.host', value: `"${hostile}"`, source: 'cotbus.yaml:3:11', secret: false },
        { path: 'tak.links.0.tls.passphrase', value: '', source: 'environment:COTBUS_X', secret: true },
      ];
      await opening.radio.subscribe('command', { verb: 'settings' }, (command) => {
        const bytes = toBinary(SettingListSchema, create(SettingListSchema, { settings }));
        opening.radio.publish('reply', createMessage('reply', { id: command?.id ?? '', ok: true, bytes }));
      });
      opening.radio.publish('serviceStatus', sampleService());
      await opening.clock.pass(PUSH_EVERY_MS);
      const { page } = await openPage();
      await page.goto(`${opening.url}login?token=${VIEW}`);
      await isLive(page);
      await page.click('#tabs a[href="#settings"]');
      await page.waitForSelector('#setting-rows tr');
      expect(await page.textContent('#setting-rows')).toContain(hostile);
      expect(await page.textContent('#setting-rows')).toContain('set, and not shown');
      expect(await accessibilityFaults(page)).toEqual([]);
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
});
