import type { Session } from './session';

export interface UploadAnswer {
  ok: boolean;
  /** HTTP status, 0 where no answer came. */
  status: number;
}

/** Streams a file to the one-time address that the server gave, with the session's credential. */
export async function upload(
  session: Session,
  url: string,
  file: Blob,
  request: typeof fetch = fetch,
): Promise<UploadAnswer> {
  if (session.stale()) await session.refresh();
  // Only our own server gets the credential, whatever the address says.
  const target = new URL(url, location.href);
  if (target.origin !== location.origin) return { ok: false, status: 0 };
  try {
    const response = await request(target.pathname + target.search, {
      method: 'PUT',
      credentials: 'same-origin',
      headers: { Authorization: `Bearer ${session.token() ?? ''}`, 'Content-Type': 'text/csv' },
      body: file,
    });
    return { ok: response.ok, status: response.status };
  } catch {
    return { ok: false, status: 0 };
  }
}
