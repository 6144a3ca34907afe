// What a spreadsheet runs: a formula's first character, also in full width, after blanks and bytes that it may leave out.
const formula = /^[\p{C}\s]*[=+\-@＝＋－＠]|^\p{C}/u;

/** One field of a CSV file. A text that a spreadsheet would run as a formula gets a leading apostrophe. */
export function csvField(value: string | number | null | undefined): string {
  if (value == null) return '';
  if (typeof value === 'number') return String(value);
  const guarded = formula.test(value) ? `'${value}` : value;
  return /["\n\r,;\t]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

export function toCsv(header: string[], rows: (string | number | null | undefined)[][]): string {
  return [header, ...rows].map((row) => row.map(csvField).join(',')).join('\r\n');
}

/** Hands a text to the browser as a file. Nothing leaves the machine. */
export function download(name: string, text: string, type = 'text/csv;charset=utf-8'): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
