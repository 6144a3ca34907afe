// The part of a URL behind "?". Texts stay texts: as a number, an id such as 48912005331990017 would lose its last digits.

/** Only lists and objects are JSON; what cannot be read is left out. */
export function parseSearch(search: string): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [key, text] of new URLSearchParams(search)) {
    const value = /^[[{"]/.test(text) ? readJson(text) : text;
    if (value !== undefined) values[key] = value;
  }
  return values;
}

export function stringifySearch(values: Record<string, unknown>): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined || value === null) continue;
    // A text that begins like JSON is quoted, so that it comes back as the text it was.
    const plain = typeof value === 'string' && !/^[[{"]/.test(value);
    search.set(key, plain ? value : JSON.stringify(value));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
