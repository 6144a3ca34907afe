// Pictures of the stories: npm run screenshots -- [part of a name …] [--light] [--narrow] …
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch, openContext, openPage, schemes, settled, sizes } from './browser.ts';
import { startServer } from './mock/server.ts';
import { stories } from './stories/index.ts';

const flags = process.argv
  .slice(2)
  .filter((one) => one.startsWith('--'))
  .map((one) => one.slice(2));
const words = process.argv.slice(2).filter((one) => !one.startsWith('--'));
const target = process.env.SCREENSHOTS ?? new URL('out', import.meta.url).pathname;
mkdirSync(target, { recursive: true });

const chosen = stories.filter(
  (story) => words.length === 0 || words.some((word) => story.name.startsWith(word)),
);
const server = await startServer({ signedIn: true, data: 'full' });
const browser = await launch();
let failed = 0;
for (const scheme of schemes.filter(
  (one) => !flags.some((flag) => schemes.includes(flag as 'light')) || flags.includes(one),
)) {
  for (const size of sizes.filter(
    (one) => !flags.some((flag) => ['wide', 'narrow'].includes(flag)) || flags.includes(one.name),
  )) {
    const context = await openContext(browser, scheme, size);
    for (const story of chosen) {
      server.set({ signedIn: true, data: 'full', ...story.scenario });
      const page = await openPage(context);
      try {
        await page.goto(server.url + story.path);
        await settled(page);
        await story.act?.(page);
        await page.screenshot({
          path: join(target, `${story.name}-${size.name}-${scheme}.png`),
          fullPage: !flags.includes('fold'),
        });
      } catch (error) {
        failed++;
        console.error(`${story.name} ${size.name} ${scheme}: ${String(error).split('\n')[0]}`);
        await page.screenshot({ path: join(target, `FAILED-${story.name}-${size.name}-${scheme}.png`) });
      }
      await page.close();
    }
    await context.close();
  }
}
await browser.close();
await server.close();
for (const fault of server.faults) console.error(fault);
console.log(`${chosen.length} stories in ${target}, ${failed} failed`);
process.exit(failed + server.faults.length > 0 ? 1 : 0);
