import { expect, it } from 'vitest';
import { safeNext } from './arrive';

it.each([undefined, 'https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)', ''])(
  'does not leave the portal for %s',
  (next) => {
    expect(safeNext(next)).toBe('/');
  },
);

it('goes where the person wanted to go', () => {
  expect(safeNext('/campaigns/7?x=1')).toBe('/campaigns/7?x=1');
});
