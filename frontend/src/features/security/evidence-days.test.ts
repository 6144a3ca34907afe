import { expect, it } from 'vitest';
import { dayAfter, lastQuarter } from './evidence-days';

it('knows the day after, over months and years', () => {
  expect(dayAfter('2026-02-28')).toBe('2026-03-01');
  expect(dayAfter('2028-02-28')).toBe('2028-02-29');
  expect(dayAfter('2026-12-31')).toBe('2027-01-01');
});

it('knows the quarter before', () => {
  expect(lastQuarter(Date.parse('2026-11-22T16:00:00Z'))).toEqual({
    from: '2026-07-01',
    until: '2026-09-30',
  });
  expect(lastQuarter(Date.parse('2026-01-01T00:00:00Z'))).toEqual({
    from: '2025-10-01',
    until: '2025-12-31',
  });
});
