import type { CsvPreview } from './csv-worker';
import workerUrl from './csv-worker?worker&url';

export type { CsvPreview } from './csv-worker';

/** Reads the first rows of a file in a worker: the page stays responsive, and the file stays on this machine. */
export function previewCsv(file: File): Promise<CsvPreview> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(trusted(workerUrl) as string, { type: 'module' });
    const end = (finish: () => void) => {
      worker.terminate();
      finish();
    };
    worker.onmessage = (event: MessageEvent<CsvPreview>) => end(() => resolve(event.data));
    worker.onerror = () => end(() => reject(new Error('the file could not be read')));
    worker.postMessage(file);
  });
}

interface TrustedTypes {
  createPolicy: (
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ) => { createScriptURL: (url: string) => unknown };
}

let policy: ReturnType<TrustedTypes['createPolicy']> | undefined;

/** The content security policy lets only this policy name a script, and this policy only our own. */
function trusted(url: string): unknown {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  if (!types) return url;
  policy ??= types.createPolicy('posthaste', {
    createScriptURL: (candidate) => {
      const resolved = new URL(candidate, location.href);
      if (resolved.origin !== location.origin) throw new TypeError('not a script of this portal');
      return resolved.href;
    },
  });
  return policy.createScriptURL(url);
}
