// The real schema of the server: a screen that asks for something else than it offers fails here first.
import { readdirSync, readFileSync } from 'node:fs';
import { buildSchema, type GraphQLSchema } from 'graphql';

const folder = new URL('../../../graph/', import.meta.url);

export function serverSchema(): GraphQLSchema {
  const sources = readdirSync(folder)
    .filter((name) => name.endsWith('.graphqls'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'));
  return buildSchema(sources.join('\n'));
}
