// Rules for the words on the screen: every sentence stands in the catalogue, every key exists, none is left over.
import { type AstNode, type Finding, lineOf, parse, type Source, walk } from './source.ts';

/** Attributes that people read or hear. */
const readable = new Set([
  'label',
  'title',
  'description',
  'placeholder',
  'aria-label',
  'alt',
  'header',
  'text',
  'help',
  'about',
  'confirm',
]);
/** Examples of data, not sentences. */
const example = /^(\+?[\d\s./:]+(\n\+?[\d\s]+)*|[a-z_]+|•+)$/;
const letters = /\p{L}{2,}/u;

export interface Usage {
  keys: Set<string>;
  /** Beginnings of keys that are put together at run time. */
  prefixes: Set<string>;
}

export function checkSource(source: Source, catalogue: Set<string>, usage: Usage): Finding[] {
  const findings: Finding[] = [];
  const add = (node: AstNode, message: string) =>
    findings.push({ path: source.path, line: lineOf(source.code, node.start), message });
  walk(parse(source), (node) => {
    if (node.type === 'JSXText' && letters.test(String(node.value)))
      add(node, `text outside of the catalogue: ${String(node.value).trim()}`);
    if (node.type === 'JSXAttribute') checkAttribute(node, add);
    if (node.type === 'Literal' && typeof node.value === 'string') {
      if (catalogue.has(node.value)) usage.keys.add(node.value);
      else usage.prefixes.add(`${node.value}.`);
    }
    if (node.type === 'TemplateLiteral') {
      const first = (node.quasis as { value: { cooked: string } }[])[0]?.value.cooked ?? '';
      if (/^[a-zA-Z]+(\.[a-zA-Z]+)*\.$/.test(first)) usage.prefixes.add(first);
    }
    if (node.type === 'CallExpression') checkCall(node, catalogue, add);
  });
  return findings;
}

function checkAttribute(node: AstNode, add: (node: AstNode, message: string) => void): void {
  const name = (node.name as { name?: unknown }).name;
  const value = node.value as AstNode | null;
  const literal = value?.type === 'JSXExpressionContainer' ? (value.expression as AstNode) : value;
  if (typeof name !== 'string' || !readable.has(name) || literal?.type !== 'Literal') return;
  const text = String(literal.value);
  if (letters.test(text) && !example.test(text))
    add(node, `text outside of the catalogue: ${name}="${text}"`);
}

function checkCall(
  node: AstNode,
  catalogue: Set<string>,
  add: (node: AstNode, message: string) => void,
): void {
  const callee = node.callee as AstNode & { name?: string };
  const key = (node.arguments as AstNode[])[0];
  if (callee.type !== 'Identifier' || callee.name !== 't' || key?.type !== 'Literal') return;
  if (!catalogue.has(String(key.value))) add(node, `no such key: ${String(key.value)}`);
}

export function unusedKeys(catalogue: Set<string>, usage: Usage): string[] {
  return [...catalogue].filter(
    (key) =>
      !usage.keys.has(key) &&
      ![...usage.prefixes].some(
        (prefix) => key.startsWith(prefix) && !key.slice(prefix.length).includes('.'),
      ),
  );
}
