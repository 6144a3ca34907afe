import type { SendTemplateFragment } from '@/graphql/graphql';
import type { CsvPreview } from '@/lib/csv-preview';
import { variablesOf } from '@/lib/message-text';

export interface Audience {
  file: File;
  preview: CsvPreview;
  /** A pasted list has one column, and nothing to map but the address. */
  pasted: boolean;
}

/** Addresses of a pasted list, one a line; separators that people paste along are forgiven. */
export function pastedAddresses(text: string): string[] {
  return text
    .split(/[\n;,]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** A pasted list as the file that the server takes. */
export function fileOf(addresses: string[]): File {
  const rows = addresses.map((address) => `"${address.replaceAll('"', '""')}"`);
  return new File([['to', ...rows].join('\r\n')], 'pasted.csv', { type: 'text/csv' });
}

export interface Target {
  /** What the server calls it: "to", a variable's name, "header" or "urlSuffix". */
  id: string;
  kind: 'to' | 'body' | 'header' | 'urlSuffix';
  /** The variable's name as the template writes it. */
  name: string;
  example: string;
}

/** Everything that a column may fill, in the order of reading. */
export function targetsOf(template: SendTemplateFragment): Target[] {
  const targets: Target[] = [{ id: 'to', kind: 'to', name: 'to', example: '' }];
  for (const name of variablesOf(template.header ?? '')) {
    targets.push({
      id: /^\d+$/.test(name) ? 'header' : name,
      kind: 'header',
      name,
      example: template.headerExample ?? '',
    });
  }
  template.variables.forEach((name, index) => {
    targets.push({ id: name, kind: 'body', name, example: template.bodyExamples[index] ?? '' });
  });
  const link = template.buttons.find((button) => button.url?.endsWith('{{1}}'));
  if (link)
    targets.push({ id: 'urlSuffix', kind: 'urlSuffix', name: 'urlSuffix', example: link.urlExample ?? '' });
  return targets;
}

const addressNames = /^(to|phone|mobile|msisdn|number|whatsapp|recipient|address)|phone|mobile/i;

/**
 * A first mapping: columns that are named like what they fill. Numbered variables have no names to go by: when as many
 * columns are left as numbers, they are taken in order, as people write such files.
 */
export function guessMapping(targets: Target[], columns: string[]): Record<string, string> {
  const mapping: Record<string, string> = {};
  for (const target of targets) {
    const same = columns.find((column) => column.toLowerCase() === target.name.toLowerCase());
    const found =
      same ?? (target.kind === 'to' ? columns.find((column) => addressNames.test(column)) : undefined);
    if (found !== undefined) mapping[target.id] = found;
  }
  const open = targets.filter((target) => mapping[target.id] === undefined);
  const left = columns.filter((column) => column !== '' && !Object.values(mapping).includes(column));
  const numbered = open.every((target) => /^\d+$/.test(target.name));
  if (numbered && open.length === left.length)
    open.forEach((target, index) => {
      mapping[target.id] = left[index]!;
    });
  return mapping;
}

/** The values of one row for the preview, by the names that the template uses. */
export function valuesOf(
  targets: Target[],
  mapping: Record<string, string>,
  preview: CsvPreview,
  row: number,
  kind: Target['kind'],
): Record<string, string | undefined> {
  const cells = preview.rows[row] ?? [];
  return Object.fromEntries(
    targets
      .filter((target) => target.kind === kind)
      .map((target) => [target.name, cells[preview.columns.indexOf(mapping[target.id] ?? '')] || undefined]),
  );
}
