// The last minutes.
import type { Root } from './answer.ts';
import { at } from './clock.ts';
import type { Scenario } from './scenario.ts';

export const live = (step: number) => ({
  accepted: 18_204 + step * 160,
  queued: 11_052 - step * 120,
  sentPerSecond: 78.4 - (step % 3),
  sentToday: 42_190 + step * 157,
  failedToday: 466 + step,
  unsettled: 3,
  exportLag: 1.4,
  at: at(step * 2_000),
});

export function liveAnswers(scenario: Scenario): Root {
  return {
    live:
      scenario.data === 'empty'
        ? {
            accepted: 0,
            queued: 0,
            sentPerSecond: 0,
            sentToday: 0,
            failedToday: 0,
            unsettled: 0,
            exportLag: 0.4,
            at: at(0),
          }
        : live(0),
  };
}
