// Shapes that every noun answers in.
import type { Scenario } from './scenario.ts';

/** Answers by field, for queries and mutations alike. */
export type Root = Record<string, unknown>;

export const none = { userErrors: [] };

/** Rows of a busy company, or none on its first day. */
export function unlessEmpty(scenario: Scenario): <T>(rows: T[]) => T[] {
  return (rows) => (scenario.data === 'empty' ? [] : rows);
}

export function page<T extends { id: string }>(rows: T[], args: { first: number; after?: string | null }) {
  const start = args.after ? rows.findIndex((one) => one.id === args.after) + 1 : 0;
  const shown = rows.slice(start, start + args.first);
  return {
    edges: shown.map((node) => ({ cursor: node.id, node })),
    pageInfo: { hasNextPage: start + args.first < rows.length, endCursor: shown.at(-1)?.id ?? null },
  };
}
