// How the tenant's data is kept, with a stricter setting being carried out in one scenario.

import type { Root } from './answer.ts';
import { approval } from './approvals.ts';
import { at, minute } from './clock.ts';
import { job } from './jobs.ts';
import type { Scenario } from './scenario.ts';

const keeping = {
  addressMode: 'HASHED',
  contentMode: 'HASHED',
  messageDays: 180,
  summaryDays: 365,
  messageTerms: [1, 7, 30, 90, 180, 365, 730],
  summaryTerms: [30, 90, 180, 365, 730],
  tightening: null,
};

const tightening = job('k1', {
  kind: 'TIGHTEN',
  state: 'RUNNING',
  done: 412_000,
  total: 1_250_000,
  failed: 0,
  createdAt: at(-minute),
  startedAt: at(-minute),
  finishedAt: null,
});

export function keepingAnswers(scenario: Scenario): Root {
  return {
    keeping: scenario.tightening ? { ...keeping, addressMode: 'NONE', tightening } : keeping,
    setKeeping: {
      keeping: null,
      approval: approval(954, { act: 'CHANGE_KEEPING', mayWithdraw: true }),
      userErrors: [
        {
          field: null,
          code: 'PENDING_APPROVAL',
          message: 'a second person must approve this; it is done when they do',
        },
      ],
    },
  };
}
