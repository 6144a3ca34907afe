import { readFileSync } from 'node:fs';

/** The routes of the router's source: a new one without a story is found by this. */
export function routesOf(source: string): string[] {
  const routes: string[] = [];
  const bases = new Map<string, string>();
  const pattern = /const (\w+) = createRoute\(\{\s*getParentRoute: \(\) => (\w+),\s*(path|id): '([^']+)'/g;
  for (const [, name, parent, kind, path] of source.matchAll(pattern)) {
    const base = bases.get(parent!) ?? '';
    const full = kind === 'id' ? base : path === '/' ? base || '/' : `${base}${path}`;
    bases.set(name!, kind === 'id' ? '' : full === '/' ? '' : full);
    if (kind === 'path') routes.push(full);
  }
  return [...new Set(routes)];
}

export const routes = routesOf(readFileSync(new URL('../../src/app/router.tsx', import.meta.url), 'utf8'));
