// A made-up company: enough of everything to see every screen full, and switches to see it empty, refused or broken.
import { GraphQLError } from 'graphql';
import { accessAnswers } from './access.ts';
import { analyticsAnswers } from './analytics.ts';
import type { Root } from './answer.ts';
import { approvalsAnswers } from './approvals.ts';
import { auditAnswers } from './audit.ts';
import { campaignAt, campaignsAnswers } from './campaigns.ts';
import { consentAnswers } from './consent.ts';
import { factorsAnswers } from './factors.ts';
import { jobsAnswers } from './jobs.ts';
import { keepingAnswers } from './keeping.ts';
import { keysAnswers } from './keys.ts';
import { live, liveAnswers } from './live.ts';
import { messagesAnswers } from './messages.ts';
import { peopleAnswers } from './people.ts';
import type { Scenario } from './scenario.ts';
import { sendersAnswers } from './senders.ts';
import { sessionsAnswers } from './sessions.ts';
import { templatesAnswers } from './templates.ts';
import { tenantAnswers } from './tenant.ts';

/** Answers by field, for queries and mutations alike. */
export function world(scenario: Scenario): Root {
  const root: Root = {
    ...tenantAnswers(),
    ...peopleAnswers(scenario),
    ...sessionsAnswers(scenario),
    ...sendersAnswers(scenario),
    ...templatesAnswers(scenario),
    ...campaignsAnswers(scenario),
    ...messagesAnswers(scenario),
    ...analyticsAnswers(scenario),
    ...liveAnswers(scenario),
    ...accessAnswers(scenario),
    ...keysAnswers(scenario),
    ...auditAnswers(scenario),
    ...consentAnswers(),
    ...approvalsAnswers(scenario),
    ...factorsAnswers(),
    ...jobsAnswers(scenario),
    ...keepingAnswers(scenario),
  };
  return scenario.data === 'broken' ? breakAll(root) : root;
}

const alive = new Set(['viewer', 'refreshSession', 'signIn']);

function breakAll(root: Root): Root {
  const broken: Root = {};
  for (const name of Object.keys(root)) {
    broken[name] = alive.has(name)
      ? root[name]
      : () => {
          throw new GraphQLError('One of our stores is away; try again.', {
            extensions: { code: 'UNAVAILABLE', requestId: 'req_01JD5V7Q2M' },
          });
        };
  }
  return broken;
}

/** What the streams tell, one value at a time. */
export async function* streams(
  field: string,
  id: unknown,
  scenario: Scenario,
  pause: () => Promise<void>,
): AsyncGenerator<Root> {
  for (let step = 0; ; step++) {
    if (field === 'live') yield scenario.data === 'empty' ? liveAnswers(scenario) : { live: live(step) };
    else yield { campaignProgress: campaignAt(id, step) };
    await pause();
  }
}
