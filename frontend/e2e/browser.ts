// One Chromium for the harness and the pictures.
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { now } from './mock/clock.ts';

export type Scheme = 'light' | 'dark';
export interface Size {
  name: 'wide' | 'narrow';
  width: number;
  height: number;
}

export const sizes: Size[] = [
  { name: 'wide', width: 1440, height: 900 },
  { name: 'narrow', width: 390, height: 844 },
];
export const schemes: Scheme[] = ['light', 'dark'];

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export function openContext(browser: Browser, scheme: Scheme, size: Size): Promise<BrowserContext> {
  return browser.newContext({
    viewport: { width: size.width, height: size.height },
    colorScheme: scheme,
    locale: 'en-GB',
    timezoneId: 'Asia/Kolkata',
    reducedMotion: 'reduce',
  });
}

/** Opens a page whose clock stands still at the moment of the made-up world. */
export async function openPage(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  // Waits end by a signal; this only bounds a broken story on a busy machine.
  page.setDefaultTimeout(60_000);
  await page.clock.setFixedTime(now);
  return page;
}

/** Waits until the screen has its data: nothing is loading any more and fonts are there. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.locator('[role="status"]').first().waitFor({ state: 'detached' });
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}

/** Waits until nothing moves any more but what moves for ever, such as a spinner. */
export async function rested(page: Page): Promise<void> {
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter((one) => one.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY)
        .map((one) => one.finished.catch(() => undefined)),
    ).then(() => undefined),
  );
}
