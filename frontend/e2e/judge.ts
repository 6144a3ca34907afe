// Looks at one open page as a user, a screen reader and a security admin would.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

declare global {
  interface Window {
    cspBreaches: string[];
    axe: { run: (context: Document, options: object) => Promise<{ violations: Violation[] }> };
  }
}

interface Violation {
  id: string;
  nodes: { target: string[]; failureSummary?: string }[];
}

export interface Witness {
  /** What was objected to since the last call. */
  faults: () => string[];
  /** Paths of everything that the page has asked for since the last call. */
  loaded: () => Set<string>;
}

/** Listens to a page from before its first request on. */
export async function witness(page: Page, url: string): Promise<Witness> {
  const faults: string[] = [];
  const loaded = new Set<string>();
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
  page.on('request', (request) => {
    const target = request.url();
    loaded.add(new URL(target).pathname);
    if (!target.startsWith(url) && !target.startsWith('data:') && !target.startsWith('blob:'))
      faults.push(`outside request: ${target}`);
  });
  await page.addInitScript(() => {
    window.cspBreaches = [];
    document.addEventListener('securitypolicyviolation', (event) => {
      window.cspBreaches.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  return {
    faults: () => faults.splice(0),
    loaded: () => {
      const paths = new Set(loaded);
      loaded.clear();
      return paths;
    },
  };
}

/** Everything that can be seen in the page as it stands. */
export async function judge(page: Page): Promise<string[]> {
  const breaches = await page.evaluate(() => window.cspBreaches.splice(0));
  return [
    ...breaches.map((breach) => `content security policy: ${breach}`),
    ...(await accessibility(page, { type: 'tag', values: tags })),
    ...(await sideways(page)),
  ];
}

/** What another colour scheme can change in a page that has been judged: nothing but colours. */
export function judgeColours(page: Page): Promise<string[]> {
  return accessibility(page, { type: 'rule', values: ['color-contrast'] });
}

async function accessibility(page: Page, only: { type: string; values: string[] }): Promise<string[]> {
  await page.evaluate(`window.axe || (() => { ${axeSource} })()`);
  const violations = await page.evaluate(
    async (runOnly) =>
      (await window.axe.run(document, { runOnly, resultTypes: ['violations'] })).violations.map((one) => ({
        id: one.id,
        nodes: one.nodes.map(({ target, failureSummary }) => ({ target, failureSummary })),
      })),
    only,
  );
  return violations.flatMap((one) =>
    one.nodes.map(
      (node) =>
        `axe ${one.id}: ${node.target.join(' ')} ${(node.failureSummary ?? '').split('\n').at(-1)?.trim()}`,
    ),
  );
}

async function sideways(page: Page): Promise<string[]> {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  return over > 0 ? [`the page is ${over} pixels wider than the window`] : [];
}
