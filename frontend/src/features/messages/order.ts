/** The order of a message's life, for steps of one second. */
const life = ['ACCEPTED', 'QUEUED', 'ATTEMPTED', 'SENT', 'DELIVERED', 'READ'];

/**
 * Steps in the order in which they happened. Providers tell the time by the second, we by the millisecond: of two steps
 * in one second the finer time would often put the answer before the question.
 */
export function inOrder<S extends { at: string; attempt: number; step: string }>(steps: readonly S[]): S[] {
  const second = (one: S) => Math.floor(Date.parse(one.at) / 1_000);
  const rank = (one: S) => (life.includes(one.step) ? life.indexOf(one.step) : life.length);
  return [...steps].sort((a, b) => second(a) - second(b) || a.attempt - b.attempt || rank(a) - rank(b));
}
