import type { CombinedError } from '@urql/core';

/** What went wrong with a whole request, in the words of the screen. */
export interface Problem {
  /** The server's error code, or NETWORK where no answer came. */
  code: string;
  /** A sentence of the server; empty where the screen has its own. */
  message: string;
  requestId: string | null;
  /** Seconds to wait, where the server said so. */
  retryAfter: number | null;
}

/** A refusal of the server, as every mutation returns it. */
export interface UserError {
  field?: string | null;
  code: string;
  message: string;
}

/** Reads the first error: the server puts the decisive one first. */
export function problemOf(error: CombinedError | undefined | null): Problem | null {
  if (!error) return null;
  const first = error.graphQLErrors[0];
  if (!first) return { code: 'NETWORK', message: '', requestId: null, retryAfter: null };
  const extensions = first.extensions ?? {};
  const code = text(extensions.code) ?? 'INTERNAL';
  return {
    code,
    message: code === 'INTERNAL' ? '' : first.message,
    requestId: text(extensions.requestId),
    retryAfter: typeof extensions.retryAfter === 'number' ? extensions.retryAfter : null,
  };
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
