import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { quota } from './whole';

describe('the quota of a key as it is typed', () => {
  const rule = (text: string) => v.safeParse(quota, text).issues?.[0].message ?? 'fine';

  it.each([
    ['1', 'fine'],
    [' 600 ', 'fine'],
    ['60000', 'fine'],
    ['0', 'range'],
    ['60001', 'range'],
    ['', 'digits'],
    ['6e2', 'digits'],
    ['-5', 'digits'],
    ['60.5', 'digits'],
    ['1234567890', 'digits'],
  ])('%j: %s', (text, expected) => {
    expect(rule(text)).toBe(expected);
  });
});
