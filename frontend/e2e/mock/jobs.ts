// Imports, done and under way.
import { type Root, unlessEmpty } from './answer.ts';
import { at, day } from './clock.ts';
import type { Scenario } from './scenario.ts';

export const job = (id: string, part: object = {}) => ({
  id,
  kind: 'CONSENT_IMPORT',
  state: 'DONE',
  done: 12_000,
  total: 12_000,
  failed: 41,
  error: null,
  failures: [],
  createdAt: at(-5 * day),
  startedAt: at(-5 * day),
  finishedAt: at(-5 * day + 9_000),
  ...part,
});

export const runningJob = job('j1', {
  state: 'RUNNING',
  done: 38_400,
  total: 61_200,
  failed: 57,
  createdAt: at(-20_000),
  startedAt: at(-19_000),
  finishedAt: null,
  failures: [
    { line: 18, field: 'phone', code: 'INVALID' },
    { line: 402, field: 'phone', code: 'INVALID' },
    { line: 511, field: 'agreed_at', code: 'INVALID' },
  ],
});

export function jobsAnswers(scenario: Scenario): Root {
  const some = unlessEmpty(scenario);
  return {
    job: ({ id }: { id: string }) => (id === 'j1' ? runningJob : null),
    jobs: some([
      job('j9'),
      job('j8', { state: 'FAILED', done: 210, failed: 210, error: 'The column phone is missing.' }),
    ]),
  };
}
