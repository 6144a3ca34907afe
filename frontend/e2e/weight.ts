// What a first visit loads, held against a budget for each kind of route.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Story } from './stories/story.ts';

const dist = new URL('../dist', import.meta.url).pathname;
/** Kilobytes after gzip, a little above what is measured: they may fall, not rise. */
const budgets = { login: 200, plain: 300, charts: 440, css: 45 };

export interface Weight {
  js: number;
  css: number;
}

/** Names come from the browser, sizes from the compressed files on disk. */
export function weigh(names: Set<string>): Weight {
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

export function overBudget(story: Story, weight: Weight): string[] {
  const limit = story.route === '/sign-in' ? budgets.login : story.charts ? budgets.charts : budgets.plain;
  const faults: string[] = [];
  if (weight.js === 0) faults.push('nothing was weighed');
  if (weight.js > limit) faults.push(`budget: ${weight.js.toFixed(1)} KB of script, ${limit} allowed`);
  if (weight.css > budgets.css)
    faults.push(`budget: ${weight.css.toFixed(1)} KB of style, ${budgets.css} allowed`);
  return faults;
}
