// Finds and parses the portal's sources for the lints.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';

export interface Source {
  path: string;
  code: string;
}

export interface Finding {
  path: string;
  line: number;
  message: string;
}

export interface AstNode {
  type: string;
  start: number;
  [key: string]: unknown;
}

const src = new URL('../src', import.meta.url).pathname;

export function sources(): Source[] {
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.startsWith('graphql/') && !name.includes('.test.'))
    .map((name) => ({ path: name, code: readFileSync(join(src, name), 'utf8') }));
}

export function parse(source: Source): AstNode {
  const { program, errors } = parseSync(source.path, source.code);
  if (errors.length > 0) throw new Error(`${source.path}: ${errors[0]?.message}`);
  return program as unknown as AstNode;
}

/** Visits every node below and including the one given. */
export function walk(
  node: AstNode,
  visit: (node: AstNode, parent: AstNode | null) => void,
  parent: AstNode | null = null,
): void {
  visit(node, parent);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (child && typeof child === 'object' && typeof (child as AstNode).type === 'string')
        walk(child as AstNode, visit, node);
    }
  }
}

export function lineOf(code: string, offset: number): number {
  return code.slice(0, offset).split('\n').length;
}

export function report(name: string, checked: number, findings: Finding[]): void {
  for (const { path, line, message } of findings) console.error(`src/${path}:${line} ${message}`);
  console.log(`${name}: ${checked} files, ${findings.length} findings`);
  if (findings.length > 0) process.exitCode = 1;
}
