// The moment at which pictures and tests stand, and noise that is the same in every run.

/** Pictures and tests stand at this moment. */
export const now = Date.parse('2026-11-22T09:30:00Z');
export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
export const at = (offset: number) => new Date(now + offset).toISOString();
/** Deterministic noise between 0 and 1. */
export const noise = (seed: number) => {
  const x = Math.sin(seed * 12.9898) * 43758.5453;
  return x - Math.floor(x);
};
