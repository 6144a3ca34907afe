// Opens every story wide and narrow, light and dark, and fails on what a user or a security admin would object to:
// an accessibility violation, a console error, a breach of the content security policy, a request to another origin,
// a sideways scroll, a route without a story, a bundle over its budget.
//
// A page is opened once a width, judged in light, then its colours in dark. MATRIX=full opens and judges all afresh.
import type { Browser, Page } from 'playwright-core';
import {
  launch,
  openContext,
  openPage,
  rested,
  type Scheme,
  type Size,
  schemes,
  settled,
  sizes,
} from './browser.ts';
import { judge, judgeColours, type Witness, witness } from './judge.ts';
import { type MockServer, startServer } from './mock/server.ts';
import { stories } from './stories/index.ts';
import { routes } from './stories/routes.ts';
import type { Story } from './stories/story.ts';
import { overBudget, type Weight, weigh } from './weight.ts';

const workers = Number(process.env.WORKERS ?? 2);
const full = process.env.MATRIX === 'full';

/** One story in one width, in one scheme after the other. */
interface Run {
  story: Story;
  size: Size;
  schemes: Scheme[];
}

interface Results {
  passed: number;
  failed: number;
  weights: Map<string, Weight>;
}

function report(results: Results, name: string, faults: string[]): void {
  if (faults.length === 0) {
    results.passed++;
    return;
  }
  results.failed++;
  console.error(`✗ ${name}\n${faults.map((fault) => `    ${fault}`).join('\n')}`);
}

async function play(
  page: Page,
  seen: Witness,
  server: MockServer,
  run: Run,
  results: Results,
): Promise<void> {
  const { story, size } = run;
  for (const [index, scheme] of run.schemes.entries()) {
    const faults: string[] = [];
    try {
      await page.emulateMedia({ colorScheme: scheme });
      if (index === 0) {
        await page.goto(server.url + story.path);
        await settled(page);
        const weight = weigh(seen.loaded());
        faults.push(...overBudget(story, weight));
        const known = results.weights.get(story.route);
        if (!known || weight.js > known.js) results.weights.set(story.route, weight);
        await story.act?.(page);
        await rested(page);
        faults.push(...(await judge(page)));
      } else {
        await page.locator(`html[data-mantine-color-scheme="${scheme}"]`).waitFor();
        await rested(page);
        faults.push(...(await judgeColours(page)));
      }
    } catch (error) {
      faults.push(`story: ${String(error).split('\n').slice(0, 2).join(' ')}`);
    }
    faults.push(...seen.faults(), ...server.faults.splice(0).map((fault) => `server: ${fault}`));
    report(results, `${story.name} ${size.name} ${scheme}`, faults);
  }
  await page.evaluate(() => localStorage.clear());
  // A story that differs by its fragment only would not be loaded afresh; and streams end here.
  await page.goto('about:blank');
  seen.loaded();
}

/** One page a width is kept, so that scripts are fetched and compiled once; its storage is emptied in between. */
async function work(browser: Browser, queue: Run[], results: Results): Promise<void> {
  const server = await startServer({ signedIn: true, data: 'full' });
  const pages = new Map<Size, { page: Page; seen: Witness }>();
  for (let run = queue.shift(); run; run = queue.shift()) {
    server.set({ signedIn: true, data: 'full', ...run.story.scenario });
    const known = pages.get(run.size);
    const page = known?.page ?? (await openPage(await openContext(browser, 'light', run.size)));
    const seen = known?.seen ?? (await witness(page, server.url));
    pages.set(run.size, { page, seen });
    await play(page, seen, server, run, results);
  }
  await server.close();
}

const words = process.argv.slice(2);
const chosen = stories.filter(
  (story) => words.length === 0 || words.some((word) => story.name.startsWith(word)),
);
const together = full ? schemes.map((scheme) => [scheme]) : [schemes];
const queue = chosen.flatMap((story) =>
  sizes.flatMap((size) => together.map((schemes) => ({ story, size, schemes }))),
);
const results: Results = { passed: 0, failed: 0, weights: new Map() };

const untold = routes.filter((route) => !stories.some((story) => story.route === route));
report(
  results,
  'every route has a story',
  untold.map((route) => `no story for ${route}`),
);

const began = performance.now();
const browser = await launch();
await Promise.all(Array.from({ length: workers }, () => work(browser, queue, results)));
await browser.close();

for (const [route, weight] of [...results.weights].sort())
  console.log(
    `${route.padEnd(22)} ${weight.js.toFixed(1).padStart(7)} KB js ${weight.css.toFixed(1).padStart(6)} KB css (gzip)`,
  );
const seconds = ((performance.now() - began) / 1000).toFixed(0);
console.log(`${routes.length} routes, ${chosen.length} stories in ${seconds} s`);
console.log(`${results.passed} passed, ${results.failed} failed`);
process.exit(results.failed > 0 ? 1 : 0);
