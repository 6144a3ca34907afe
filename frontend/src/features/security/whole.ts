import * as v from 'valibot';

/** A whole number as it is typed, within bounds. */
export const whole = (least: number, most: number) =>
  v.pipe(
    v.string(),
    v.trim(),
    v.regex(/^\d{1,9}$/, 'digits'),
    v.check((text) => Number(text) >= least && Number(text) <= most, 'range'),
  );

/** Requests a minute that a key may make. */
export const quota = whole(1, 60_000);
