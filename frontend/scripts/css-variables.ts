// Writes the theme's CSS variables to a static file, so that the portal runs under `style-src 'self'`.
import { readFileSync, writeFileSync } from 'node:fs';
import {
  convertCssVariables,
  DEFAULT_THEME,
  deepMerge,
  defaultCssVariablesResolver,
  mergeMantineTheme,
} from '@mantine/core';
import { cssVariables, theme } from '../src/app/theme.ts';

const target = new URL('../src/app/theme-variables.css', import.meta.url);
const merged = mergeMantineTheme(DEFAULT_THEME, theme);
const css = convertCssVariables(
  deepMerge(defaultCssVariablesResolver(merged), cssVariables(merged)),
  ':root',
);
const file = `/* Written by scripts/css-variables.ts from src/app/theme.ts. */\n${css.replaceAll(';', ';\n')}\n`;

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== file) {
    console.error('theme-variables.css is older than theme.ts: run npm run build');
    process.exit(1);
  }
} else {
  writeFileSync(target, file);
}
