// Opens every story in light and dark, wide and narrow, and fails on what a user or a security admin would object to:
// an accessibility violation, a console error, a breach of the content security policy, a request to another origin,
// a sideways scroll, a route without a story, a bundle over its budget.
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { launch, openContext, openPage, type Scheme, type Size, schemes, settled, sizes } from './browser.ts';
import { startServer } from './mock/server.ts';
import { routes, type Story, stories } from './stories.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const dist = new URL('../dist', import.meta.url).pathname;
/** Kilobytes after gzip, a little above what is measured: they may fall, not rise. */
const budgets = { login: 200, plain: 300, charts: 440, css: 45 };
const workers = Number(process.env.WORKERS ?? 2);

interface Weight {
  js: number;
  css: number;
}

interface Run {
  story: Story;
  scheme: Scheme;
  size: Size;
}

interface Verdict {
  name: string;
  faults: string[];
}

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

async function judge(
  context: BrowserContext,
  url: string,
  run: Run,
): Promise<{ faults: string[]; weight: Weight }> {
  const faults: string[] = [];
  const page = await openPage(context);
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
  const loaded = new Set<string>();
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
  let weight: Weight = { js: 0, css: 0 };
  try {
    await page.goto(url + run.story.path);
    await settled(page);
    weight = weigh(loaded);
    if (weight.js === 0) faults.push('nothing was weighed');
    await run.story.act?.(page);
    faults.push(
      ...(await page.evaluate(() => window.cspBreaches)).map(
        (breach) => `content security policy: ${breach}`,
      ),
    );
    faults.push(...(await accessibility(page)));
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (sideways > 0) faults.push(`the page is ${sideways} pixels wider than the window`);
  } catch (error) {
    faults.push(`story: ${String(error).split('\n').slice(0, 2).join(' ')}`);
  }
  await page.close();
  return { faults, weight };
}

async function accessibility(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(
    (only) => window.axe.run(document, { runOnly: { type: 'tag', values: only } }),
    tags,
  );
  return violations.flatMap((one) =>
    one.nodes.map(
      (node) =>
        `axe ${one.id}: ${node.target.join(' ')} ${(node.failureSummary ?? '').split('\n').at(-1)?.trim()}`,
    ),
  );
}

/** What a first visit loads, by the compressed files: names come from the browser, sizes from the disk. */
function weigh(names: Set<string>): Weight {
  const total = (ending: string) =>
    [...names].filter((name) => name.endsWith(ending)).reduce((sum, name) => sum + compressedSize(name), 0) /
    1024;
  return { js: total('.js'), css: total('.css') };
}

function compressedSize(name: string): number {
  const file = join(dist, name);
  try {
    return statSync(`${file}.gz`).size;
  } catch {
    return statSync(file).size;
  }
}

function overBudget(story: Story, weight: Weight): string[] {
  const limit = story.route === '/sign-in' ? budgets.login : story.charts ? budgets.charts : budgets.plain;
  const faults: string[] = [];
  if (weight.js > limit) faults.push(`budget: ${weight.js.toFixed(1)} KB of script, ${limit} allowed`);
  if (weight.css > budgets.css)
    faults.push(`budget: ${weight.css.toFixed(1)} KB of style, ${budgets.css} allowed`);
  return faults;
}

async function work(queue: Run[], verdicts: Verdict[], weights: Map<string, Weight>): Promise<void> {
  const server = await startServer({ signedIn: true, data: 'full' });
  const browser = await launch();
  for (let run = queue.shift(); run; run = queue.shift()) {
    server.set({ signedIn: true, data: 'full', ...run.story.scenario });
    const context = await openContext(browser, run.scheme, run.size);
    const { faults, weight } = await judge(context, server.url, run);
    await context.close();
    faults.push(
      ...overBudget(run.story, weight),
      ...server.faults.splice(0).map((fault) => `server: ${fault}`),
    );
    const known = weights.get(run.story.route);
    if (!known || weight.js > known.js) weights.set(run.story.route, weight);
    verdicts.push({ name: `${run.story.name} ${run.size.name} ${run.scheme}`, faults });
    if (faults.length > 0)
      console.error(
        `✗ ${run.story.name} ${run.size.name} ${run.scheme}\n${faults.map((fault) => `    ${fault}`).join('\n')}`,
      );
  }
  await browser.close();
  await server.close();
}

const words = process.argv.slice(2);
const chosen = stories.filter(
  (story) => words.length === 0 || words.some((word) => story.name.startsWith(word)),
);
const queue = chosen.flatMap((story) =>
  schemes.flatMap((scheme) => sizes.map((size) => ({ story, scheme, size }))),
);
const verdicts: Verdict[] = [];
const weights = new Map<string, Weight>();

const untold = routes.filter((route) => !stories.some((story) => story.route === route));
verdicts.push({ name: 'every route has a story', faults: untold.map((route) => `no story for ${route}`) });
for (const route of untold) console.error(`✗ no story for ${route}`);

await Promise.all(Array.from({ length: workers }, () => work(queue, verdicts, weights)));

for (const [route, weight] of [...weights].sort())
  console.log(
    `${route.padEnd(22)} ${weight.js.toFixed(1).padStart(7)} KB js ${weight.css.toFixed(1).padStart(6)} KB css (gzip)`,
  );
const failed = verdicts.filter((verdict) => verdict.faults.length > 0).length;
console.log(
  `${routes.length} routes, ${chosen.length} stories; ${verdicts.length - failed} passed, ${failed} failed`,
);
process.exit(failed > 0 ? 1 : 0);
