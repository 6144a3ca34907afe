// Rules for who may import whom, and for parts of the kit that the content security policy forbids.
import { dirname, join } from 'node:path/posix';
import { type AstNode, type Finding, lineOf, parse, type Source, walk } from './source.ts';

/** These inject a <style> element, which `style-src 'self'` blocks. The layout pieces of src/ui take their place. */
const injecting = new Set(['SimpleGrid', 'Grid', 'AppShell', 'Flex', 'ColorSchemeScript']);
/** Stylesheets of parts that a component uses inside. */
const inner: Record<string, string[]> = {
  SegmentedControl: ['FloatingIndicator'],
  Modal: ['ModalBase', 'Overlay', 'Paper'],
  Select: ['Combobox', 'Popover', 'ScrollArea', 'Input'],
  TagsInput: ['Combobox', 'Pill', 'PillsInput'],
};
const layers = ['graphql', 'i18n', 'lib', 'ui', 'features', 'app'];

export function checkImports(source: Source, stylesheets: Set<string>, imported: Set<string>): Finding[] {
  const findings: Finding[] = [];
  walk(parse(source), (node) => {
    if (node.type !== 'ImportDeclaration' && node.type !== 'ImportExpression') return;
    const target = String((node.source as { value?: unknown }).value ?? '');
    const add = (message: string) =>
      findings.push({ path: source.path, line: lineOf(source.code, node.start), message });
    const breach = layerBreach(source.path, resolve(source.path, target));
    if (breach) add(breach);
    if (target === '@mantine/core')
      for (const message of kitBreaches(node, stylesheets, imported)) add(message);
  });
  return findings;
}

/** The path below src, or null for a package. */
function resolve(from: string, target: string): string | null {
  if (target.startsWith('@/')) return target.slice(2);
  return target.startsWith('.') ? join(dirname(from), target) : null;
}

function layerBreach(from: string, to: string | null): string | null {
  if (to === null) return null;
  const [layer, feature] = from.split('/');
  const [otherLayer, otherFeature] = to.split('/');
  if (layer === 'features' && otherLayer === 'features' && feature !== otherFeature)
    return `feature ${feature} may not import feature ${otherFeature}`;
  if (layers.indexOf(otherLayer ?? '') > layers.indexOf(layer ?? ''))
    return `${layer} may not import ${otherLayer}`;
  return null;
}

function kitBreaches(node: AstNode, stylesheets: Set<string>, imported: Set<string>): string[] {
  const names = ((node.specifiers ?? []) as { imported?: { name: string }; importKind?: string }[])
    .filter((one) => one.importKind !== 'type')
    .map((one) => one.imported?.name ?? '');
  return names.flatMap((name) => [
    ...(injecting.has(name)
      ? [`${name} injects a <style> element, which the content security policy forbids`]
      : []),
    ...[name, ...(inner[name] ?? [])]
      .filter((one) => stylesheets.has(one) && !imported.has(one))
      .map((one) => `app/mantine.css lacks the stylesheet of ${one}`),
  ]);
}
