import { describe, expect, it, vi } from 'vitest';
import { createSession } from './session';

const answer = (token: string | null, expiresAt: string | null) =>
  new Response(JSON.stringify({ data: { refreshSession: { accessToken: token, expiresAt } } }));

describe('session', () => {
  it('asks once for concurrent callers', async () => {
    const request = vi.fn(async () => answer('t', '2026-11-22T10:05:00Z'));
    const session = createSession(() => Date.parse('2026-11-22T10:00:00Z'), request);
    expect(await Promise.all([session.refresh(), session.refresh(), session.refresh()])).toEqual([
      true,
      true,
      true,
    ]);
    expect(request).toHaveBeenCalledTimes(1);
    expect(session.token()).toBe('t');
  });
  it('is stale half a minute before the end', () => {
    let now = Date.parse('2026-11-22T10:00:00Z');
    const session = createSession(() => now, vi.fn());
    session.signedIn('t', '2026-11-22T10:05:00Z');
    expect(session.stale()).toBe(false);
    now += 4 * 60_000 + 31_000;
    expect(session.stale()).toBe(true);
  });
  it('ends when the cookie is refused, and tells so', async () => {
    const session = createSession(Date.now, async () => answer(null, null));
    session.signedIn('t', null);
    const listener = vi.fn();
    session.subscribe(listener);
    expect(await session.refresh()).toBe(false);
    expect(session.token()).toBeNull();
    expect(listener).toHaveBeenCalled();
  });
  it('keeps the token out of storage', () => {
    const session = createSession(Date.now, vi.fn());
    session.signedIn('secret-token', null);
    expect(JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie).not.toContain(
      'secret-token',
    );
  });
});
