import { useNavigate, useRouteContext, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

/** Only a path of this portal may be the place to go to after signing in. */
export function safeNext(next: string | undefined): string {
  return next?.startsWith('/') && !next.startsWith('//') && !next.startsWith('/\\') ? next : '/';
}

/** Takes the access token and goes where the person wanted to go, unless something is to be done first elsewhere. */
export function useArrive(): (token: string, expiresAt: string | null, first?: string) => void {
  const navigate = useNavigate();
  const { session } = useRouteContext({ strict: false });
  const { next } = useSearch({ strict: false });
  return useCallback(
    (token, expiresAt, first) => {
      session?.signedIn(token, expiresAt);
      void navigate({ href: first ?? safeNext(next), replace: true });
    },
    [navigate, session, next],
  );
}
