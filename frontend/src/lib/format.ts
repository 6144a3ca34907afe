// Numbers, money and times as the reader's locale writes them. Pure: locale and zone are arguments.

/** Shown where a value is not known; a reason goes beside it. */
export const absent = '–';

const numberFormats = new Map<string, Intl.NumberFormat>();

function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  let format = numberFormats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, options);
    numberFormats.set(key, format);
  }
  return format;
}

export function formatCount(value: number | null | undefined, locale = 'en'): string {
  return value == null ? absent : numberFormat(locale, { maximumFractionDigits: 0 }).format(value);
}

/** 12,345 → "12.3K"; for cards and axes. Below 10,000 the number is written out. */
export function formatCompact(value: number | null | undefined, locale = 'en'): string {
  if (value == null) return absent;
  if (Math.abs(value) < 10_000) return numberFormat(locale, { maximumFractionDigits: 1 }).format(value);
  return numberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}

/** A ratio 0–1 as a percentage with one decimal. Only nothing is 0 %, only all is 100 %: nearly so is said as such. */
export function formatRate(value: number | null | undefined, locale = 'en'): string {
  if (value == null) return absent;
  const write = (ratio: number) =>
    numberFormat(locale, {
      style: 'percent',
      minimumFractionDigits: ratio === 0 || ratio === 1 ? 0 : 1,
      maximumFractionDigits: 1,
    }).format(ratio);
  if (value > 0 && value < 0.0005) return `<${write(0.001)}`;
  if (value < 1 && value >= 0.9995) return `>${write(0.999)}`;
  return write(value);
}

/** The difference of two rates in percentage points: 0.012 → "1.2 pts". */
export function formatPoints(value: number, locale = 'en'): string {
  return `${numberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 2 }).format(value * 100)} pts`;
}

/** Money arrives as millionths of the currency, as text: JavaScript's numbers are too short for sums. */
export function formatMoney(
  micros: string | number | bigint | null | undefined,
  currency: string | null | undefined,
  locale = 'en',
): string {
  if (micros == null || micros === '' || !currency) return absent;
  const small = isSmall(BigInt(micros));
  return numberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: small ? 4 : 2,
    maximumFractionDigits: small ? 4 : 2,
  }).format(decimal(BigInt(micros)));
}

/** Prices of single messages are parts of a cent. */
function isSmall(micros: bigint): boolean {
  return micros !== 0n && micros > -1_000_000n && micros < 1_000_000n;
}

/** Millionths as a decimal text: the formatter reads it exactly, a number would lose the cents of large sums. */
function decimal(micros: bigint): Intl.StringNumericLiteral {
  const sign = micros < 0n ? '-' : '';
  const size = micros < 0n ? -micros : micros;
  return `${sign}${size / 1_000_000n}.${String(size % 1_000_000n).padStart(6, '0')}` as Intl.StringNumericLiteral;
}

/** Milliseconds as "850ms", "3.2s", "4m 10s", "2h 5m". */
export function formatDuration(milliseconds: number | null | undefined, locale = 'en'): string {
  if (milliseconds == null) return absent;
  const unit = (value: number, name: string, digits = 0) =>
    numberFormat(locale, {
      style: 'unit',
      unit: name,
      unitDisplay: 'narrow',
      maximumFractionDigits: digits,
    }).format(value);
  if (milliseconds < 1_000) return unit(Math.round(milliseconds), 'millisecond');
  const seconds = milliseconds / 1_000;
  if (seconds < 60) return unit(seconds, 'second', 1);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return join(unit(minutes, 'minute'), Math.round(seconds % 60), (n) => unit(n, 'second'));
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return join(unit(hours, 'hour'), minutes % 60, (n) => unit(n, 'minute'));
  return join(unit(Math.floor(hours / 24), 'day'), hours % 24, (n) => unit(n, 'hour'));
}

function join(major: string, minor: number, write: (n: number) => string): string {
  return minor === 0 ? major : `${major} ${write(minor)}`;
}

export type TimeStyle = 'date' | 'minute' | 'second' | 'day-month' | 'hour';

const timeStyles: Record<TimeStyle, Intl.DateTimeFormatOptions> = {
  date: { day: 'numeric', month: 'short', year: 'numeric' },
  minute: {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  },
  second: {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  },
  'day-month': { day: 'numeric', month: 'short' },
  hour: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
};

/** An RFC 3339 time in the reader's zone. An unreadable time is shown as absent, never as "Invalid Date". */
export function formatTime(
  value: string | null | undefined,
  zone: string,
  style: TimeStyle = 'minute',
  locale = 'en-GB',
): string {
  if (!value) return absent;
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return absent;
  return new Intl.DateTimeFormat(locale, { ...timeStyles[style], timeZone: zone }).format(date);
}

/** A language by its name: Meta's code "en_IN" → "English (India)". A code that nobody knows is shown as it is. */
export function formatLanguage(code: string, locale = 'en'): string {
  try {
    const name = new Intl.DisplayNames(locale, { type: 'language', languageDisplay: 'standard' });
    return name.of(code.replace('_', '-')) ?? code;
  } catch {
    return code;
  }
}

/** A country by its name: "IN" → "India". A code that nobody knows is shown as it is. */
export function formatCountry(code: string, locale = 'en'): string {
  try {
    return new Intl.DisplayNames(locale, { type: 'region' }).of(code) ?? code;
  } catch {
    return code;
  }
}

const relativeSteps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/** "3 min ago" or "in 2 hr"; now is an argument, so that a test and a re-render agree. */
export function formatRelative(value: string | null | undefined, now: number, locale = 'en'): string {
  if (!value) return absent;
  const seconds = Math.round((new Date(value).getTime() - now) / 1_000);
  if (Number.isNaN(seconds)) return absent;
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  for (const [unit, size] of relativeSteps) {
    if (Math.abs(seconds) >= size || unit === 'second')
      return format.format(Math.trunc(seconds / size), unit);
  }
  return absent;
}
