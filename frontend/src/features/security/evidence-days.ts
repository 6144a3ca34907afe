/** The day after, both as YYYY-MM-DD. */
export function dayAfter(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, 10);
}

/** The first and the last day of the quarter before this one, in UTC: what auditors ask for most. */
export function lastQuarter(now: number): { from: string; until: string } {
  const date = new Date(now);
  const first = Math.floor(date.getUTCMonth() / 3) * 3;
  const iso = (month: number, day: number) =>
    new Date(Date.UTC(date.getUTCFullYear(), month, day)).toISOString().slice(0, 10);
  return { from: iso(first - 3, 1), until: iso(first, 0) };
}
