// Acts that wait for a second person, or had one.
import { none, page, type Root, unlessEmpty } from './answer.ts';
import { at, day, hour, minute } from './clock.ts';
import { users } from './people.ts';
import type { Scenario } from './scenario.ts';

const change = (field: string, before: string, after: string) => ({ field, before, after });

export const approval = (id: number, part: object) => ({
  id: String(id),
  act: 'SEND_LARGE',
  state: 'PENDING',
  subject: null,
  changes: [],
  maker: users[1]!,
  checker: null,
  reason: null,
  createdAt: at(-2 * hour),
  expiresAt: at(70 * hour),
  decidedAt: null,
  mayDecide: false,
  mayWithdraw: false,
  ...part,
});

const approvals = [
  approval(951, {
    subject: '602',
    mayDecide: true,
    createdAt: at(-25 * minute),
    changes: [
      change('campaign', '', 'Diwali offer, lapsed customers'),
      change('recipients', '', '18240'),
      change('runAt', '', at(20 * hour)),
      change('state', 'READY', 'RUNNING'),
    ],
  }),
  approval(952, {
    act: 'CHANGE_ALLOW_LIST',
    mayDecide: true,
    changes: [
      change(
        'allowList',
        '203.0.113.0/24, 2001:db8:41::/48, 192.0.2.0/24',
        '203.0.113.0/24, 2001:db8:41::/48, 198.51.100.7/32',
      ),
    ],
  }),
  approval(953, {
    act: 'CHANGE_POLICY',
    maker: users[0]!,
    mayWithdraw: true,
    changes: [
      change('idleMinutes', '30', '15'),
      change('approveCampaignsAbove', '0', '10000'),
      change('approvalActs', '', 'CHANGE_ALLOW_LIST'),
    ],
  }),
  approval(948, {
    state: 'REJECTED',
    subject: '606',
    checker: users[0]!,
    reason: 'The wording was not cleared by legal yet. Ask again on Monday.',
    decidedAt: at(-3 * day),
    createdAt: at(-3 * day - 2 * hour),
    changes: [change('campaign', '', 'Win back after 90 days'), change('recipients', '', '12000')],
  }),
  approval(947, {
    state: 'APPROVED',
    subject: '604',
    checker: users[0]!,
    decidedAt: at(-6 * day),
    createdAt: at(-6 * day - hour),
    changes: [change('campaign', '', 'Café opening, Koramangala'), change('recipients', '', '14410')],
  }),
  approval(946, {
    state: 'EXPIRED',
    act: 'CHANGE_ALLOW_LIST',
    createdAt: at(-12 * day),
    expiresAt: at(-9 * day),
  }),
];

const policy = {
  idleMinutes: 30,
  sessionHours: 12,
  sessionCount: 5,
  approveCampaignsAbove: 10_000,
  approvalActs: ['CHANGE_ALLOW_LIST'],
  approvalHours: 72,
};

export function approvalsAnswers(scenario: Scenario): Root {
  const some = unlessEmpty(scenario);
  const decided = (part: object) => ({ approval: { ...approvals[0], ...part }, ...none });
  return {
    approvals: (args: { state?: string | null; first: number; after?: string }) =>
      page(
        some(approvals).filter((one) => !args.state || one.state === args.state),
        args,
      ),
    approval: ({ id }: { id: string }) => approvals.find((one) => one.id === id) ?? null,
    securityPolicy: policy,
    setSecurityPolicy: {
      policy: null,
      approval: approvals[2],
      userErrors: [
        {
          field: null,
          code: 'PENDING_APPROVAL',
          message: 'a second person must approve this; it is done when they do',
        },
      ],
    },
    approve: decided({ state: 'APPROVED' }),
    reject: decided({ state: 'REJECTED' }),
    withdraw: decided({ state: 'WITHDRAWN' }),
  };
}
