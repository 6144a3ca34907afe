import { readFileSync } from 'node:fs';
import { checkSource, type Usage, unusedKeys } from './catalogue.ts';
import { report, sources } from './source.ts';

const catalogue = new Set(
  Object.keys(JSON.parse(readFileSync(new URL('../src/i18n/en.json', import.meta.url), 'utf8'))),
);
const usage: Usage = { keys: new Set(), prefixes: new Set() };
// The kit page is for builders and is not part of the build.
const all = sources().filter((source) => source.path !== 'app/kit-page.tsx');
const findings = all.flatMap((source) => checkSource(source, catalogue, usage));
for (const key of unusedKeys(catalogue, usage))
  findings.push({ path: 'i18n/en.json', line: 1, message: `nobody uses ${key}` });
report('catalogue', all.length, findings);
