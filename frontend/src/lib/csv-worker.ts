import Papa from 'papaparse';

export interface CsvPreview {
  columns: string[];
  /** At most the first 200 rows. */
  rows: string[][];
  /** Rows of the whole file, without the header; null where the file is too large to count at once. */
  total: number | null;
}

const previewRows = 200;
/** Beyond this many bytes counting would keep the reader waiting. */
const countedBytes = 64 * 1024 * 1024;

/** Parses a file to its header, its first rows and, if it is not huge, the number of its rows. */
export function parseCsv(file: File | string): Promise<CsvPreview> {
  const size = typeof file === 'string' ? file.length : file.size;
  const count = size <= countedBytes;
  return new Promise((resolve, reject) => {
    const rows: string[][] = [];
    let seen = 0;
    const done = () => {
      const [columns = [], ...data] = rows;
      resolve({
        columns: columns.map((name) => name.replace(/^\uFEFF/, '').trim()),
        rows: data,
        total: count ? Math.max(0, seen - 1) : null,
      });
    };
    Papa.parse<string[]>(file as File, {
      skipEmptyLines: 'greedy',
      preview: count ? 0 : previewRows + 1,
      step: ({ data }) => {
        seen++;
        if (rows.length <= previewRows) rows.push(data);
      },
      complete: done,
      error: reject,
    });
  });
}

// Only inside of a worker; tests import the parser alone.
if (typeof document === 'undefined' && typeof globalThis.postMessage === 'function') {
  globalThis.onmessage = (event: MessageEvent<File>) => {
    void parseCsv(event.data).then((preview) => globalThis.postMessage(preview));
  };
}
