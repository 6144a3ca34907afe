import { describe, expect, it } from 'vitest';
import {
  absent,
  formatCompact,
  formatCountry,
  formatDuration,
  formatLanguage,
  formatMoney,
  formatPoints,
  formatRate,
  formatRelative,
  formatTime,
} from './format';

describe('formatMoney', () => {
  it.each([
    ['0', 'INR', '₹0.00'],
    ['862000', 'INR', '₹0.8620'],
    ['110167910000', 'INR', '₹110,167.91'],
    ['-1500000', 'USD', '-$1.50'],
    // Beyond 2^53 millionths the number type would lose cents.
    ['9007199254740993120000', 'USD', '$9,007,199,254,740,993.12'],
    [null, 'USD', absent],
    ['5', null, absent],
  ])('writes %s millionths of %s as %s', (micros, currency, text) => {
    expect(formatMoney(micros, currency, 'en').replace('US', '')).toBe(text);
  });
});

describe('formatRate at its ends', () => {
  it.each([
    [0, '0%'],
    [0.0003, '<0.1%'],
    [0.0005, '0.1%'],
    [0.9994, '99.9%'],
    [0.9997, '>99.9%'],
    [1, '100%'],
  ])('writes %s as %s', (value, text) => {
    expect(formatRate(value)).toBe(text);
  });
});

it('writes countries by name', () => {
  expect(formatCountry('IN')).toBe('India');
  expect(formatCountry('')).toBe('');
});

describe('formatLanguage', () => {
  it.each([
    ['en_IN', 'English (India)'],
    ['ar', 'Arabic'],
    ['not a code', 'not a code'],
  ])('writes %s as %s', (code, text) => {
    expect(formatLanguage(code)).toBe(text);
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0ms'],
    [999, '999ms'],
    [1_400, '1.4s'],
    [250_000, '4m 10s'],
    [3_600_000, '1h'],
    [7_500_000, '2h 5m'],
    [4 * 86_400_000, '4d'],
    [null, absent],
  ])('writes %s milliseconds as %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds, 'en')).toBe(text);
  });
});

describe('rates and counts', () => {
  it('writes a missing value as absent, never as zero', () => {
    expect(formatRate(null)).toBe(absent);
    expect(formatCompact(undefined)).toBe(absent);
  });
  it('shortens only from ten thousand on', () => {
    expect(formatCompact(9_999, 'en')).toBe('9,999');
    expect(formatCompact(12_345, 'en')).toBe('12.3K');
  });
  it('writes the difference of rates in points', () => {
    expect(formatPoints(0.0123, 'en')).toBe('1.23 pts');
  });
});

describe('times', () => {
  it('shows a moment in the zone asked for', () => {
    expect(formatTime('2026-11-22T20:00:00Z', 'Asia/Kolkata', 'minute', 'en-GB')).toBe('23 Nov 2026, 01:30');
  });
  it('shows an unreadable time as absent', () => {
    expect(formatTime('yesterday', 'UTC')).toBe(absent);
    expect(formatRelative('yesterday', 0)).toBe(absent);
  });
  it('says how long ago and how soon', () => {
    const now = Date.parse('2026-11-22T09:00:00Z');
    expect(formatRelative('2026-11-22T08:57:00Z', now, 'en')).toBe('3 min. ago');
    expect(formatRelative('2026-11-22T11:00:00Z', now, 'en')).toBe('in 2 hr.');
  });
});
