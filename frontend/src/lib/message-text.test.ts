import { describe, expect, it } from 'vitest';
import { directionOf, fill, parseInline, parseMessage, plainText, variablesOf } from './message-text';

describe('parseInline', () => {
  it('draws nested marks', () => {
    expect(parseInline('*_x_* y')).toEqual([
      { kind: 'bold', children: [{ kind: 'italic', children: [{ kind: 'text', text: 'x' }] }] },
      { kind: 'text', text: ' y' },
    ]);
  });
  it.each(['2*3*4', '* x *', 'snake_case_name', '*open', 'a * b * c'])('leaves %j as text', (text) => {
    expect(parseInline(text)).toEqual([{ kind: 'text', text }]);
  });
});

describe('parseMessage', () => {
  it('gathers list items and quotes', () => {
    expect(parseMessage('- a\n- b\n1. c\n> d').map((block) => block.kind)).toEqual(['list', 'list', 'quote']);
  });
  it('keeps an unclosed fence as text', () => {
    expect(plainText('a ```b')).toContain('```b');
  });
  it('loses no letter, whatever the marks', () => {
    // A small generator: every text of three pieces out of marks and letters.
    const pieces = ['*', '_', '~', '`', '```', 'x', ' ', '\n', '- '];
    for (const a of pieces)
      for (const b of pieces)
        for (const c of pieces) {
          const text = `q${a}${b}${c}z`;
          expect(plainText(text).replace(/[^qz]/g, '')).toBe('qz');
        }
  });
});

describe('variables', () => {
  it('names each once, in order', () => {
    expect(variablesOf('{{2}} {{ 1 }} {{2}} {{first_name}}')).toEqual(['2', '1', 'first_name']);
  });
  it('fills what it has and shows the rest', () => {
    expect(fill('{{1}} {{2}}', { 1: 'a' })).toBe('a {{2}}');
  });
  it('does not fill values a second time', () => {
    expect(fill('{{1}}', { 1: '{{2}}', 2: 'x' })).toBe('{{2}}');
  });
});

it('knows right-to-left languages by their first part', () => {
  expect(['ar', 'ar_AE', 'ur', 'he', 'en', 'hi'].map(directionOf)).toEqual([
    'rtl',
    'rtl',
    'rtl',
    'rtl',
    'ltr',
    'ltr',
  ]);
});
