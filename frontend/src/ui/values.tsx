import { Tooltip } from '@mantine/core';
import {
  absent,
  formatCompact,
  formatCount,
  formatLanguage,
  formatMoney,
  formatRate,
  formatRelative,
  formatTime,
  type TimeStyle,
} from '@/lib/format';
import { useNow, usePreferences } from '@/lib/preferences';

/** A count; the full number is the tooltip where it was shortened. */
export function Count({ value, compact }: { value: number | null | undefined; compact?: boolean }) {
  const { locale } = usePreferences();
  if (compact && value != null && Math.abs(value) >= 10_000) {
    return <span title={formatCount(value, locale)}>{formatCompact(value, locale)}</span>;
  }
  return <>{formatCount(value, locale)}</>;
}

export function Language({ code }: { code: string }) {
  const { locale } = usePreferences();
  return <span title={code}>{formatLanguage(code, locale)}</span>;
}

export function Rate({ value }: { value: number | null | undefined }) {
  const { locale } = usePreferences();
  return <>{formatRate(value, locale)}</>;
}

export function Money({
  micros,
  currency,
}: {
  micros: string | null | undefined;
  currency: string | null | undefined;
}) {
  const { locale } = usePreferences();
  return <>{formatMoney(micros, currency, locale)}</>;
}

/** A moment in the reader's zone; the exact second and the zone are in the tooltip. */
export function Time({ value, style = 'minute' }: { value: string | null | undefined; style?: TimeStyle }) {
  const { locale, zone } = usePreferences();
  if (!value) return <>{absent}</>;
  return (
    <time dateTime={value} title={`${formatTime(value, zone, 'second', locale)} ${zone}`}>
      {formatTime(value, zone, style, locale)}
    </time>
  );
}

export function Ago({ value }: { value: string | null | undefined }) {
  const { locale, zone } = usePreferences();
  const now = useNow(30_000);
  if (!value) return <>{absent}</>;
  return (
    <Tooltip label={`${formatTime(value, zone, 'second', locale)} ${zone}`}>
      <time dateTime={value}>{formatRelative(value, now, locale)}</time>
    </Tooltip>
  );
}
