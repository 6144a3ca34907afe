import { describe, expect, it } from 'vitest';
import { csvField, toCsv } from './csv';
import { parseCsv } from './csv-worker';

describe('csvField', () => {
  it.each([
    '=1+1',
    '+cmd',
    '-2',
    '@SUM(A1)',
    '\tx',
    '\r=1',
    '\n=1',
    '\0=1',
    '\u0001=1',
    '\u0085=1',
    '＝1',
    '＋1',
    '－1',
    '＠SUM',
    ' =1',
    '\u00A0=1',
    '\uFEFF=1',
    '\u200B@SUM',
  ])('keeps a spreadsheet from running %j', (text) => {
    expect(csvField(text).replace(/^"/, '')).toMatch(/^'/);
  });
  it('leaves numbers as numbers, also negative ones', () => {
    expect(csvField(-5)).toBe('-5');
  });
  it.each(['Asha = Ravi', 'a-b', '5 + 3', '  indented', ''])('leaves %j as it is', (text) => {
    expect(csvField(text)).toBe(text);
  });
  it('lets no other separator open a cell of its own', () => {
    expect(csvField('x;=1+1')).toBe('"x;=1+1"');
    expect(csvField('x\t=1+1')).toBe('"x\t=1+1"');
  });
  it('quotes what would break the row', () => {
    expect(toCsv(['a', 'b'], [['x,"y"', null]])).toBe('a,b\r\n"x,""y""",');
  });
});

describe('parseCsv', () => {
  it('reads header, rows and their number, and forgives a byte order mark', async () => {
    expect(await parseCsv('\uFEFFphone,name\n+911,"A, B"\n\n+912,C\n')).toEqual({
      columns: ['phone', 'name'],
      rows: [
        ['+911', 'A, B'],
        ['+912', 'C'],
      ],
      total: 2,
    });
  });
  it('shows at most 200 rows but counts all', async () => {
    const preview = await parseCsv(
      `phone\n${Array.from({ length: 500 }, (_, index) => `+91${index}`).join('\n')}`,
    );
    expect(preview.rows).toHaveLength(200);
    expect(preview.total).toBe(500);
  });
});
