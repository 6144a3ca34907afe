import { expect, it } from 'vitest';
import { recovered } from './recovered';

it.each([
  [['pwd', 'recovery'], true],
  [['pwd', 'recovery', 'otp'], false],
  [['pwd', 'recovery', 'hwk'], false],
  [['pwd', 'otp'], false],
])('judges %s', (factors, due) => {
  expect(recovered([{ current: true, factors }])).toBe(due);
});

it('looks at this session alone', () => {
  expect(recovered([{ current: false, factors: ['pwd', 'recovery'] }])).toBe(false);
  expect(recovered([])).toBe(false);
});
