// Campaigns before, while and after they send.
import { none, page, type Root, unlessEmpty } from './answer.ts';
import { approval } from './approvals.ts';
import { at, hour } from './clock.ts';
import { job } from './jobs.ts';
import type { Scenario } from './scenario.ts';
import { senders } from './senders.ts';
import { templates } from './templates.ts';

const progress = (accepted: number, share: number, pace = 0) => {
  const sent = Math.round(accepted * share * 0.985);
  const delivered = Math.round(sent * 0.962);
  return {
    accepted,
    refused: Math.round(accepted * 0.043),
    queued: Math.round(accepted * (1 - share)),
    sent,
    delivered,
    read: Math.round(delivered * 0.71),
    failed: Math.round(accepted * share * 0.011),
    unknown: share > 0 && share < 1 ? 3 : 0,
    suppressed: Math.round(accepted * share * 0.004),
    pace,
    doneAt: pace > 0 ? at(((accepted * (1 - share)) / pace) * 1000) : null,
  };
};

const refusals = [
  { code: 'CONSENT_MISSING', count: 1_204, lines: Array.from({ length: 100 }, (_, index) => 7 + index * 31) },
  { code: 'INVALID', count: 63, lines: [12, 48, 190, 771, 902, 1204] },
  { code: 'LIMITED', count: 18, lines: [88, 89] },
];

export const campaign = (
  id: number,
  name: string,
  state: string,
  share: number,
  accepted: number,
  part: object = {},
) => ({
  id: String(id),
  name,
  state,
  stateReason: null,
  template: templates[id % 4]!,
  sender: senders[0]!,
  refusals: id === 601 || id === 602 ? refusals : [],
  progress: progress(accepted, share, state === 'RUNNING' ? 78.4 : 0),
  job: null,
  runAt: null,
  createdAt: at(-(id - 600) * 9 * hour),
  startedAt: share > 0 ? at(-(id - 600) * 8 * hour) : null,
  finishedAt: state === 'DONE' ? at(-(id - 600) * 7 * hour) : null,
  ...part,
});

export const campaigns = [
  campaign(601, 'Diwali offer, loyal customers', 'RUNNING', 0.63, 29_870),
  campaign(602, 'Diwali offer, lapsed customers', 'READY', 0, 18_240),
  campaign(603, 'Renewal notice, December', 'PAUSED', 0.31, 6_120, {
    stateReason:
      'Paused by itself: the template subscription_renewal was moved from Utility to Marketing, which costs ₹4,180 more. Resume if that is all right.',
  }),
  campaign(604, 'Café opening, Koramangala', 'DONE', 1, 4_410),
  campaign(605, 'Order updates, replay', 'DONE', 1, 912),
  campaign(606, 'Win back after 90 days', 'STOPPED', 0.2, 12_000, { stateReason: 'Stopped by Asha Menon.' }),
];

/** A running campaign moves on with each step; any other stays as it is. */
export function campaignAt(id: unknown, step: number): object | undefined {
  const found = campaigns.find((one) => one.id === id);
  if (found?.state !== 'RUNNING') return found;
  return { ...found, progress: progress(29_870, Math.min(1, 0.63 + step * 0.005), 78.4) };
}

export function campaignsAnswers(scenario: Scenario): Root {
  const some = unlessEmpty(scenario);
  return {
    campaigns: (args: { first: number; after?: string; states?: string[] }) =>
      page(
        some(campaigns).filter((one) => !args.states || args.states.includes(one.state)),
        args,
      ),
    campaign: ({ id }: { id: string }) => campaigns.find((one) => one.id === id) ?? null,
    createCampaign: { campaign: campaigns[1], ...none },
    uploadAudience: { job: job('j2', { kind: 'CAMPAIGN_AUDIENCE' }), url: '/uploads/ticket', ...none },
    startCampaign: {
      campaign: null,
      approval: approval(951, {}),
      userErrors: [
        {
          field: null,
          code: 'PENDING_APPROVAL',
          message: 'a second person must approve this; it is done when they do',
        },
      ],
    },
    pauseCampaign: { campaign: { ...campaigns[0], state: 'PAUSED' }, ...none },
    resumeCampaign: { campaign: { ...campaigns[2], state: 'RUNNING' }, ...none },
    stopCampaign: { campaign: { ...campaigns[0], state: 'STOPPED' }, ...none },
  };
}
