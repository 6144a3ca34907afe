import type { OverviewNumbersFragment, OverviewQuery } from '@/graphql/graphql';
import { compare, compareRates, type Delta, type GoodDirection } from '@/lib/delta';
import {
  formatCompact,
  formatCount,
  formatDuration,
  formatMoney,
  formatPoints,
  formatRate,
} from '@/lib/format';

export type Totals = OverviewNumbersFragment;
export type MetricInfo = OverviewQuery['analyticsDatasets'][number]['metrics'][number];

type NumberKey = {
  [K in keyof Totals]-?: Totals[K] extends number | null | undefined ? K : never;
}[keyof Totals];

interface Card {
  key: NumberKey;
  kind: 'count' | 'rate' | 'money' | 'duration';
  /** What a small-sample guard looks at: the denominator of a rate. */
  base?: NumberKey;
}

/** The eight numbers at the top, in the order of a message's life. */
export const cards: Card[] = [
  { key: 'sent', kind: 'count' },
  { key: 'deliveryRate', kind: 'rate', base: 'sent' },
  { key: 'readRate', kind: 'rate', base: 'delivered' },
  { key: 'replyRate', kind: 'rate', base: 'delivered' },
  { key: 'failureRate', kind: 'rate', base: 'attempted' },
  { key: 'optOutRate', kind: 'rate', base: 'delivered' },
  { key: 'spendMicros', kind: 'money', base: 'delivered' },
  { key: 'deliverP95Ms', kind: 'duration', base: 'delivered' },
];

export function writeValue(card: Card, totals: Totals, locale: string): string {
  const value = totals[card.key];
  if (card.kind === 'rate') return formatRate(value, locale);
  if (card.kind === 'duration') return formatDuration(value, locale);
  if (card.kind === 'money') return formatMoney(value, totals.currency, locale);
  return formatCompact(value, locale);
}

const directions: Record<string, GoodDirection> = { UP: 'up', DOWN: 'down' };

export function changeOf(
  card: Card,
  totals: Totals,
  earlier: Totals | undefined,
  info: MetricInfo | undefined,
): Delta | null {
  if (!earlier) return null;
  const base = card.base ? earlier[card.base] : undefined;
  const good = directions[info?.goodDirection ?? ''] ?? 'none';
  if (card.kind === 'rate' && card.base) {
    return compareRates(totals[card.key], earlier[card.key], totals[card.base], base, good);
  }
  return compare(totals[card.key], earlier[card.key], good, base);
}

/** The absolute change, for when a percentage would say more than is known. */
export function writeChange(card: Card, delta: Delta, totals: Totals, locale: string): string {
  const sign = delta.absolute > 0 ? '+' : delta.absolute < 0 ? '−' : '±';
  const size = Math.abs(delta.absolute);
  if (card.kind === 'rate') return `${sign}${formatPoints(size, locale)}`;
  if (card.kind === 'duration') return `${sign}${formatDuration(size, locale)}`;
  if (card.kind === 'money') return `${sign}${formatMoney(Math.round(size), totals.currency, locale)}`;
  return `${sign}${formatCount(size, locale)}`;
}
