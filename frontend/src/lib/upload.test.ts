import { expect, it, vi } from 'vitest';
import { createSession } from './session';
import { upload } from './upload';

it('hands the credential to our own origin only', async () => {
  const session = createSession(Date.now, vi.fn());
  session.signedIn('t', null);
  const request = vi.fn(async () => new Response('{}'));
  expect(await upload(session, 'https://elsewhere.example/take', new Blob(['x']), request)).toEqual({
    ok: false,
    status: 0,
  });
  expect(request).not.toHaveBeenCalled();
  expect(await upload(session, '/uploads/one', new Blob(['x']), request)).toEqual({ ok: true, status: 200 });
  expect(request).toHaveBeenCalledWith(
    '/uploads/one',
    expect.objectContaining({
      method: 'PUT',
      headers: expect.objectContaining({ Authorization: 'Bearer t' }),
    }),
  );
});
