/** Which way a metric should move. Sent volume is neutral: more is not better in itself. */
export type GoodDirection = 'up' | 'down' | 'none';

export interface Delta {
  /** Difference in the metric's own unit. */
  absolute: number;
  /** Relative change, or null where the base is too small to say a percentage. */
  relative: number | null;
  trend: 'up' | 'down' | 'flat';
  judgement: 'good' | 'bad' | 'neutral';
}

/** Below this base a percentage would only describe noise. */
export const smallestBase = 30;

/**
 * Compares a value with its counterpart in the earlier period.
 * base is the number of cases behind the earlier value: the value itself for counts, the denominator for rates.
 */
export function compare(
  current: number | null | undefined,
  earlier: number | null | undefined,
  good: GoodDirection,
  base: number | null | undefined = earlier,
): Delta | null {
  if (current == null || earlier == null) return null;
  const absolute = current - earlier;
  const trend = absolute === 0 ? 'flat' : absolute > 0 ? 'up' : 'down';
  const relative = base == null || base < smallestBase || earlier === 0 ? null : absolute / Math.abs(earlier);
  const judgement = trend === 'flat' || good === 'none' ? 'neutral' : trend === good ? 'good' : 'bad';
  return { absolute, relative, trend, judgement };
}

/** Two-sided 95 %. */
const critical = 1.96;

/**
 * Compares two rates 0–1 over their numbers of cases. A difference that chance alone would often make is called flat:
 * the pooled two-proportion z-test. The change is in points, so relative is always null.
 */
export function compareRates(
  current: number | null | undefined,
  earlier: number | null | undefined,
  cases: number | null | undefined,
  earlierCases: number | null | undefined,
  good: GoodDirection,
): Delta | null {
  const delta = compare(current, earlier, good);
  if (!delta || current == null || earlier == null) return null;
  const n = cases ?? 0;
  const m = earlierCases ?? 0;
  const pooled = n + m === 0 ? 0 : (current * n + earlier * m) / (n + m);
  const error = n === 0 || m === 0 ? 0 : Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
  const real =
    n >= smallestBase && m >= smallestBase && error > 0 && Math.abs(delta.absolute) / error >= critical;
  return real
    ? { ...delta, relative: null }
    : { ...delta, relative: null, trend: 'flat', judgement: 'neutral' };
}
