// @vitest-environment node
// Each guard has a planted breach that turns it red.
import { describe, expect, it } from 'vitest';
import { routesOf } from '../e2e/stories/routes.ts';
import { checkSource, type Usage, unusedKeys } from './catalogue.ts';
import { checkImports } from './imports.ts';

const catalogue = new Set(['kit.copy', 'kit.period.TODAY', 'left.over']);
const check = (code: string, usage: Usage = { keys: new Set(), prefixes: new Set() }) =>
  checkSource({ path: 'ui/planted.tsx', code }, catalogue, usage).map((finding) => finding.message);

describe('catalogue lint', () => {
  it.each([
    ['text in an element', 'const x = <p>Hello there</p>;'],
    ['text in an attribute', 'const x = <Field label="Your name" />;'],
    ['text in an attribute expression', "const x = <Field aria-label={'Your name'} />;"],
    ['an unknown key', "const x = t('kit.nothing');"],
  ])('finds %s', (_, code) => {
    expect(check(code)).toHaveLength(1);
  });
  it('lets keys, data and punctuation pass', () => {
    expect(
      check(`const x = <p className="a b" title={t('kit.copy')}>· {t(\`kit.period.\${p}\`)}</p>;`),
    ).toEqual([]);
  });
  it('finds keys that nobody uses', () => {
    const usage: Usage = { keys: new Set(), prefixes: new Set() };
    check(`t('kit.copy'); t(\`kit.period.\${p}\`);`, usage);
    expect(unusedKeys(catalogue, usage)).toEqual(['left.over']);
  });
});

describe('import lint', () => {
  const imports = (path: string, code: string) =>
    checkImports({ path, code }, new Set(['Button', 'Alert']), new Set(['Button'])).map(
      (finding) => finding.message,
    );
  it.each([
    ['a feature that imports another', 'features/send/x.ts', "import { y } from '@/features/consent/y';"],
    ['the same by a relative path', 'features/send/x.ts', "import { y } from '../consent/y';"],
    ['the kit importing a feature', 'ui/x.ts', "import { y } from '@/features/consent/y';"],
    ['a library importing the kit lazily', 'lib/x.ts', "const y = import('@/ui/y');"],
    ['a piece that injects styles', 'ui/x.ts', "import { SimpleGrid } from '@mantine/core';"],
    ['a piece without its stylesheet', 'ui/x.ts', "import { Alert } from '@mantine/core';"],
  ])('finds %s', (_, path, code) => {
    expect(imports(path, code)).toHaveLength(1);
  });
  it('lets the allowed direction pass', () => {
    expect(
      imports(
        'features/send/x.ts',
        "import { a } from './a'; import { b } from '@/ui/b'; import { Button } from '@mantine/core';",
      ),
    ).toEqual([]);
  });
});

it('finds the routes of the router, nested ones too', () => {
  const source = `const a = createRoute({ getParentRoute: () => root, path: '/a', component: A });
const p = createRoute({ getParentRoute: () => root, id: 'portal', component: P });
const b = createRoute({ getParentRoute: () => p, path: '/b', component: B });
const c = createRoute({ getParentRoute: () => b, path: '/', component: C });
const d = createRoute({ getParentRoute: () => b, path: '/d', component: D });`;
  expect(routesOf(source)).toEqual(['/a', '/b', '/b/d']);
});
