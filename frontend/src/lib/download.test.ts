import { expect, it, vi } from 'vitest';
import { download } from './download';
import { createSession } from './session';

it('fetches from our own origin only, and takes the name that the server gives', async () => {
  const session = createSession(Date.now, vi.fn());
  session.signedIn('t', null);
  const request = vi.fn(
    async () =>
      new Response('PK', { headers: { 'Content-Disposition': 'attachment; filename="evidence-1.zip"' } }),
  );
  expect(await download(session, 'https://elsewhere.example/evidence/x', request)).toEqual({
    file: null,
    status: 0,
  });
  expect(request).not.toHaveBeenCalled();
  const got = await download(session, '/evidence/x', request);
  expect(got).toMatchObject({ name: 'evidence-1.zip' });
  expect(request).toHaveBeenCalledWith(
    '/evidence/x',
    expect.objectContaining({ headers: { Authorization: 'Bearer t' } }),
  );
});

it('tells a refusal from a file', async () => {
  const session = createSession(Date.now, vi.fn());
  session.signedIn('t', null);
  const refused = vi.fn(async () => new Response('{}', { status: 404 }));
  expect(await download(session, '/evidence/x', refused)).toEqual({ file: null, status: 404 });
  const broken = vi.fn(async () => {
    throw new TypeError('no network');
  });
  expect(await download(session, '/evidence/x', broken)).toEqual({ file: null, status: 0 });
});
