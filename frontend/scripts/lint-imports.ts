import { readdirSync, readFileSync } from 'node:fs';
import { checkImports } from './imports.ts';
import { report, sources } from './source.ts';

const stylesheets = new Set(
  readdirSync(new URL('../node_modules/@mantine/core/styles', import.meta.url))
    .filter((name) => name.endsWith('.css') && !name.endsWith('.layer.css'))
    .map((name) => name.replace('.css', '')),
);
const sheet = readFileSync(new URL('../src/app/mantine.css', import.meta.url), 'utf8');
const imported = new Set([...sheet.matchAll(/styles\/(\w+)\.css/g)].map((match) => match[1]!));
const all = sources();
report(
  'imports',
  all.length,
  all.flatMap((source) => checkImports(source, stylesheets, imported)),
);
