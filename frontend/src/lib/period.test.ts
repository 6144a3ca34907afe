import * as v from 'valibot';
import { parse } from 'valibot';
import { describe, expect, it } from 'vitest';
import { bucketLabel, dayAfter, momentAt, periodSearch, rangeOf, startOfDay, stepOf } from './period';

describe('startOfDay', () => {
  it.each([
    ['2026-11-22', 'UTC', '2026-11-22T00:00:00.000Z'],
    ['2026-11-22', 'Asia/Kolkata', '2026-11-21T18:30:00.000Z'],
    ['2026-11-22', 'America/New_York', '2026-11-22T05:00:00.000Z'],
    // The day on which Berlin's clocks go back begins in summer time.
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z'],
    ['2026-10-26', 'Europe/Berlin', '2026-10-25T23:00:00.000Z'],
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
    ['2026-03-30', 'Europe/Berlin', '2026-03-29T22:00:00.000Z'],
    ['2026-11-22', 'Pacific/Kiritimati', '2026-11-21T10:00:00.000Z'],
  ])('%s begins in %s at %s', (date, zone, moment) => {
    expect(startOfDay(date, zone)).toBe(moment);
  });
});

it.each([
  ['2026-03-04T17:30', 'Asia/Kolkata', '2026-03-04T12:00:00.000Z'],
  ['2026-07-01T08:05', 'Europe/Berlin', '2026-07-01T06:05:00.000Z'],
  ['2026-07-01T08:05', 'UTC', '2026-07-01T08:05:00.000Z'],
])('%s in %s is %s', (wall, zone, moment) => {
  expect(momentAt(wall, zone)).toBe(moment);
});

it('makes whole days a half-open range', () => {
  expect(
    rangeOf({ period: 'CUSTOM', from: '2026-10-24', to: '2026-10-25', compare: 'NONE' }, 'Europe/Berlin'),
  ).toEqual({
    from: '2026-10-23T22:00:00.000Z',
    to: '2026-10-25T23:00:00.000Z',
  });
  expect(dayAfter('2028-02-28')).toBe('2028-02-29');
});

it('takes nonsense in the address bar for the default', () => {
  expect(parse(v.object(periodSearch), { period: 'EVER', from: '<script>', compare: 7 })).toEqual({
    period: 'LAST_28_DAYS',
    from: undefined,
    compare: 'PREVIOUS',
  });
});

it('draws no period with more points than a chart takes', () => {
  expect(stepOf({ period: 'TODAY', compare: 'NONE' })).toBe('HOUR');
  expect(stepOf({ period: 'CUSTOM', from: '2026-01-01', to: '2026-12-31', compare: 'NONE' })).toBe('WEEK');
});

it('shortens day and hour labels and leaves weeks', () => {
  expect(['2026-11-22', '2026-11-22T14:00', '2026-W47'].map((label) => bucketLabel(label, 'en-GB'))).toEqual([
    '22 Nov',
    '14:00',
    '2026-W47',
  ]);
});
