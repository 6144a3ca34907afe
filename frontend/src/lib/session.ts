import { RefreshSessionDocument } from '@/graphql/graphql';

/**
 * Who is signed in, as far as the browser knows. The access token lives only in this object: not in storage, not in a
 * cookie. After a reload the HttpOnly refresh cookie brings a new one.
 */
export interface Session {
  token: () => string | null;
  /** Whether the token is missing or about to end. */
  stale: () => boolean;
  signedIn: (token: string, expiresAt: string | null) => void;
  signedOut: () => void;
  /** Asks for a new token by cookie; false when the session is over. Concurrent callers share one request. */
  refresh: () => Promise<boolean>;
  subscribe: (listener: () => void) => () => void;
}

/** Renewed this long before its end, so that no request meets the end on its way. */
const margin = 30_000;

interface RefreshAnswer {
  data?: { refreshSession: { accessToken: string | null; expiresAt: string | null } | null } | null;
}

export function createSession(now: () => number, request: typeof fetch): Session {
  let token: string | null = null;
  let expires = 0;
  let refreshing: Promise<boolean> | null = null;
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  const session: Session = {
    token: () => token,
    stale: () => token === null || now() > expires - margin,
    signedIn: (fresh, expiresAt) => {
      token = fresh;
      expires = expiresAt ? new Date(expiresAt).getTime() : now() + 5 * 60_000;
      tell();
    },
    signedOut: () => {
      token = null;
      tell();
    },
    refresh: () => {
      refreshing ??= renew(session, request).finally(() => {
        refreshing = null;
      });
      return refreshing;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return session;
}

async function renew(session: Session, request: typeof fetch): Promise<boolean> {
  const response = await request('/graphql', {
    method: 'POST',
    credentials: 'same-origin',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/graphql-response+json, application/json',
    },
    body: JSON.stringify({ operationName: 'RefreshSession', query: RefreshSessionDocument.toString() }),
  });
  const answer = (await response.json().catch(() => ({}))) as RefreshAnswer;
  const fresh = answer.data?.refreshSession;
  if (!fresh?.accessToken) {
    session.signedOut();
    return false;
  }
  session.signedIn(fresh.accessToken, fresh.expiresAt);
  return true;
}
