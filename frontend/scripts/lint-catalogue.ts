import { readFileSync } from 'node:fs';
import { checkSource, type Usage, unusedKeys } from './catalogue.ts';
import { report, sources } from './source.ts';

const keysOf = (name: string) =>
  Object.keys(JSON.parse(readFileSync(new URL(`../src/i18n/${name}`, import.meta.url), 'utf8')));
const door = keysOf('en.door.json');
const portal = keysOf('en.json');
const catalogue = new Set([...door, ...portal]);
const usage: Usage = { keys: new Set(), prefixes: new Set() };
// The kit page is for builders and is not part of the build.
const all = sources().filter((source) => source.path !== 'app/kit-page.tsx');
const findings = all.flatMap((source) => checkSource(source, catalogue, usage));
for (const key of unusedKeys(catalogue, usage))
  findings.push({ path: 'i18n/en.json', line: 1, message: `nobody uses ${key}` });
for (const key of door.filter((one) => portal.includes(one)))
  findings.push({ path: 'i18n/en.door.json', line: 1, message: `${key} stands in en.json too` });
report('catalogue', all.length, findings);
