import type { Session } from './session';

/** What came: a file with the name that the server gave it, or the HTTP status of a refusal (0 where no answer came). */
export type Downloaded = { file: Blob; name: string } | { file: null; status: number };

/** Fetches a file that the server has ready for this session, with the session's credential. */
export async function download(
  session: Session,
  url: string,
  request: typeof fetch = fetch,
): Promise<Downloaded> {
  if (session.stale()) await session.refresh();
  // Only our own server gets the credential, whatever the address says.
  const target = new URL(url, location.href);
  if (target.origin !== location.origin) return { file: null, status: 0 };
  try {
    const response = await request(target.pathname, {
      credentials: 'same-origin',
      headers: { Authorization: `Bearer ${session.token() ?? ''}` },
    });
    if (!response.ok) return { file: null, status: response.status };
    const name = /filename="([\w.-]+)"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1];
    return { file: await response.blob(), name: name ?? 'download' };
  } catch {
    return { file: null, status: 0 };
  }
}

/** Hands a file to the browser to keep. */
export function save(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
