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
