/**
 * A real browser for tests: Debian's chromium, driven by playwright-core, which is installed among the peers
 * (`npm ci --prefix peers`) so that nobody who installs Cotbus downloads it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** What the tests need of playwright-core. */
export interface Page {
  goto(url: string): Promise<unknown>;
  click(selector: string): Promise<void>;
  fill(selector: string, text: string): Promise<void>;
  press(selector: string, key: string): Promise<void>;
  selectOption(selector: string, value: string): Promise<unknown>;
  textContent(selector: string): Promise<string | null>;
  isVisible(selector: string): Promise<boolean>;
  waitForSelector(selector: string, options?: { state?: 'visible' | 'hidden' }): Promise<unknown>;
  evaluate<T>(script: string): Promise<T>;
  on(event: 'request', call: (request: { url(): string }) => void): void;
  on(event: 'console', call: (message: { type(): string; text(): string }) => void): void;
  on(event: 'pageerror', call: (error: Error) => void): void;
  on(event: 'dialog', call: (dialog: { message(): string; dismiss(): Promise<void> }) => void): void;
  screenshot(options: { path: string }): Promise<unknown>;
  context(): Context;
}

interface Context {
  newPage(): Promise<Page>;
  newCDPSession(page: Page): Promise<{ send<T>(method: string, parameters?: object): Promise<T> }>;
  close(): Promise<void>;
}

export interface ContextOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
}

export interface Browser {
  newContext(options?: ContextOptions): Promise<Context>;
  close(): Promise<void>;
}

interface Playwright {
  readonly chromium: {
    launch(options: { executablePath: string; args: readonly string[] }): Promise<Browser>;
  };
}

const places = [
  process.env['CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const executablePath = places.find((path) => path !== '' && existsSync(path));

const fromPeers = createRequire(new URL('../../../../peers/package.json', import.meta.url));
const resolved = (name: string): string | undefined => {
  try {
    return fromPeers.resolve(name);
  } catch {
    return undefined;
  }
};
const playwrightPath = resolved('playwright-core');
const axePath = resolved('axe-core');

/** Why there is none; undefined when there is. */
export const missingBrowser =
  executablePath === undefined
    ? 'chromium is not installed (apt-get install chromium)'
    : playwrightPath === undefined || axePath === undefined
      ? 'playwright-core and axe-core are not installed (npm ci --prefix peers)'
      : undefined;

/** Only when nothing is missing. */
export const launchBrowser = (): Promise<Browser> => {
  const { chromium } = fromPeers('playwright-core') as Playwright;
  // The sandbox of the browser needs rights that a container has not; it only visits our own page.
  return chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
};

/** A fault that axe-core finds in a page. */
export interface AccessibilityFault {
  readonly id: string;
  readonly impact: string;
  readonly html: string;
}

/** Faults of impact serious and critical. */
export const accessibilityFaults = async (page: Page): Promise<readonly AccessibilityFault[]> => {
  await page.evaluate(readFileSync(axePath ?? '', 'utf8'));
  return page.evaluate(`axe.run().then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, impact, nodes }) => ({ id, impact, html: nodes[0].html })))`);
};

/** Processor time of the page's main thread while `run` runs, milliseconds: what others do on the machine is not in it. */
export const mainThreadMs = async (page: Page, run: () => Promise<void>): Promise<number> => {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const read = async (): Promise<number> => {
    const { metrics } = await session.send<{ metrics: { name: string; value: number }[] }>('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000;
  };
  const before = await read();
  await run();
  return (await read()) - before;
};

/** Milliseconds. */
export interface FrameFigures {
  /** Between two frames. */
  readonly frameMs: { readonly median: number; readonly p95: number; readonly max: number };
  /** Tasks beyond 50 ms, in which nobody is answered. */
  readonly longTasks: { readonly count: number; readonly maxMs: number };
}

/** Begins to watch frames and long tasks. @returns what has been seen since */
export const frameWatch = async (page: Page): Promise<() => Promise<FrameFigures>> => {
  await page.evaluate(`(() => {
    const seen = (window.seenFrames = { gaps: [], tasks: [] });
    let before = performance.now();
    const frame = (now) => {
      seen.gaps.push(now - before);
      before = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.tasks.push(duration);
    }).observe({ type: 'longtask' });
  })()`);
  return () =>
    page.evaluate<FrameFigures>(`(() => {
      const { gaps, tasks } = window.seenFrames;
      const sorted = gaps.toSorted((a, b) => a - b);
      const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
      return {
        frameMs: { median: at(0.5), p95: at(0.95), max: at(1) },
        longTasks: { count: tasks.length, maxMs: Math.max(0, ...tasks) },
      };
    })()`);
};
