import * as v from 'valibot';

/** The server resolves presets in the asked zone; the portal only names them. */
export const presets = [
  'TODAY',
  'YESTERDAY',
  'LAST_7_DAYS',
  'LAST_28_DAYS',
  'LAST_30_DAYS',
  'LAST_90_DAYS',
  'THIS_MONTH',
  'LAST_MONTH',
  'LAST_365_DAYS',
] as const;
export type Preset = (typeof presets)[number];

export const comparisons = ['NONE', 'PREVIOUS', 'PREVIOUS_MATCH_WEEKDAY', 'LAST_YEAR'] as const;
export type Comparison = (typeof comparisons)[number];

const day = v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/));

/** The period part of a URL. Nonsense in the address bar falls back to the default instead of an error page. */
export const periodSearch = {
  period: v.fallback(v.optional(v.picklist([...presets, 'CUSTOM']), 'LAST_28_DAYS'), 'LAST_28_DAYS'),
  from: v.fallback(v.optional(day), undefined),
  to: v.fallback(v.optional(day), undefined),
  compare: v.fallback(v.optional(v.picklist(comparisons), 'PREVIOUS'), 'PREVIOUS'),
};

export interface Period {
  period: Preset | 'CUSTOM';
  /** First day, inclusive; only with CUSTOM. */
  from?: string;
  /** Last day, inclusive; only with CUSTOM. */
  to?: string;
  compare: Comparison;
}

/** The day after, as the server's ranges are half-open. Works on calendar days, so no clock change can shift it. */
export function dayAfter(date: string): string {
  const next = new Date(`${date}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, 10);
}

/** The moment at which a calendar day begins in a zone. A clock change that skips midnight yields the first moment after it. */
export function startOfDay(date: string, zone: string): string {
  return momentAt(`${date}T00:00`, zone);
}

/** The moment at which a zone's clocks show a wall time such as "2026-03-04T17:30", as a date and time field gives it. */
export function momentAt(wall: string, zone: string): string {
  const shown = new Date(`${wall}Z`).getTime();
  let guess = shown;
  // Two rounds: the first lands within the right offset's reach, the second corrects for a clock change in between.
  for (let round = 0; round < 2; round++) guess = shown - offsetAt(guess, zone);
  return new Date(guess).toISOString();
}

/** Milliseconds by which the zone's wall clock is ahead of UTC at a moment. */
function offsetAt(moment: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(moment);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  const wall = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return wall - Math.floor(moment / 1_000) * 1_000;
}

export interface Range {
  preset?: Preset;
  from?: string;
  to?: string;
}

/** The server's range input for a period of the URL. */
export function rangeOf(period: Period, zone: string): Range {
  if (period.period !== 'CUSTOM') return { preset: period.period };
  if (!period.from || !period.to) return { preset: 'LAST_28_DAYS' };
  return { from: startOfDay(period.from, zone), to: startOfDay(dayAfter(period.to), zone) };
}

export type Step = 'HOUR' | 'DAY' | 'WEEK';

/** The step in which a period is drawn: fine enough to see, coarse enough to read. */
export function stepOf(period: Period): Step {
  if (period.period === 'TODAY' || period.period === 'YESTERDAY') return 'HOUR';
  if (period.period === 'LAST_365_DAYS') return 'WEEK';
  if (period.period !== 'CUSTOM' || !period.from || !period.to) return 'DAY';
  const days = (Date.parse(period.to) - Date.parse(period.from)) / 86_400_000 + 1;
  return days <= 2 ? 'HOUR' : days > 180 ? 'WEEK' : 'DAY';
}

/** "2026-11-22" → "22 Nov", "2026-11-22T14:00" → "14:00"; weeks and months stay as the server wrote them. */
export function bucketLabel(label: string, locale: string): string {
  const hour = /T(\d{2}:\d{2})/.exec(label);
  if (hour) return hour[1]!;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(label)) return label;
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
    new Date(label),
  );
}
