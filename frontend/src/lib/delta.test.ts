import { describe, expect, it } from 'vitest';
import { compare, compareRates } from './delta';

describe('compare', () => {
  it.each([
    [120, 100, 'up', 'up', 'good'],
    [120, 100, 'down', 'up', 'bad'],
    [80, 100, 'down', 'down', 'good'],
    [80, 100, 'none', 'down', 'neutral'],
    [100, 100, 'up', 'flat', 'neutral'],
  ] as const)('%s after %s, better when %s: %s and %s', (current, earlier, good, trend, judgement) => {
    expect(compare(current, earlier, good)).toMatchObject({ trend, judgement });
  });
  it('says no percentage over a base below 30', () => {
    expect(compare(40, 29, 'up')?.relative).toBeNull();
    expect(compare(45, 30, 'up')?.relative).toBe(0.5);
  });
  it('says no percentage over zero', () => {
    expect(compare(5, 0, 'up', 1_000)?.relative).toBeNull();
  });
  it('says nothing where a side is not known', () => {
    expect(compare(null, 5, 'up')).toBeNull();
    expect(compare(5, undefined, 'up')).toBeNull();
  });
});

describe('compareRates', () => {
  // z = (0.12 - 0.10) / sqrt(0.11 * 0.89 * (2 / n)): 1.43 at n = 1,000 and 4.52 at n = 10,000.
  it('calls a difference within chance flat', () => {
    expect(compareRates(0.12, 0.1, 1_000, 1_000, 'up')).toMatchObject({
      trend: 'flat',
      judgement: 'neutral',
    });
  });
  it('judges a difference beyond chance', () => {
    expect(compareRates(0.12, 0.1, 10_000, 10_000, 'up')).toMatchObject({ trend: 'up', judgement: 'good' });
    expect(compareRates(0.12, 0.1, 10_000, 10_000, 'down')).toMatchObject({ trend: 'up', judgement: 'bad' });
  });
  it('judges nothing over fewer than 30 cases', () => {
    expect(compareRates(0.9, 0.1, 29, 10_000, 'up')).toMatchObject({ judgement: 'neutral' });
  });
});
