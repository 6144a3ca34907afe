// The allow-list and those whom it refused.
import { none, type Root, unlessEmpty } from './answer.ts';
import { at, day, hour, minute } from './clock.ts';
import { users } from './people.ts';
import type { Scenario } from './scenario.ts';

const entry = (cidr: string, label: string, enabled = true, expiresAt: string | null = null) => ({
  cidr,
  label,
  enabled,
  expiresAt,
});

const allowList = {
  state: 'TRIAL',
  entries: [entry('203.0.113.0/24', 'Bengaluru office'), entry('2001:db8:41::/48', 'Bengaluru office')],
  trial: [
    entry('203.0.113.0/24', 'Bengaluru office'),
    entry('2001:db8:41::/48', 'Bengaluru office'),
    entry('198.51.100.7/32', 'Agency, until launch', true, at(9 * day)),
  ],
  trialUntil: at(7 * minute),
  ownAddress: '203.0.113.24',
  updatedAt: at(-3 * minute),
};

const blocked = [
  { at: at(-14 * minute), address: '45.83.12.9', credential: 'SIGN_IN', user: null },
  { at: at(-2 * hour), address: '2a01:4f8:c0c::1', credential: 'KEY', user: null },
  { at: at(-26 * hour), address: '198.51.100.201', credential: 'SESSION', user: users[3]! },
];

export function accessAnswers(scenario: Scenario): Root {
  const some = unlessEmpty(scenario);
  return {
    allowList:
      scenario.data === 'empty'
        ? {
            state: 'BOOTSTRAP',
            entries: [],
            trial: null,
            trialUntil: null,
            ownAddress: '203.0.113.24',
            updatedAt: null,
          }
        : allowList,
    blockedAttempts: some(blocked),
    testAddress: ({ address }: { address: string }) =>
      address.startsWith('203.0.113.')
        ? { allowed: true, entry: allowList.entries[0] }
        : { allowed: false, entry: null },
    setAllowList: {
      allowList,
      cutOff: [{ user: users[1], apiKey: null, address: '198.51.100.90', lastUsedAt: at(-2 * day) }],
      approval: null,
      ...none,
    },
    confirmAllowList: {
      allowList: { ...allowList, state: 'ACTIVE', trial: null, trialUntil: null },
      cutOff: [],
      approval: null,
      ...none,
    },
    rollBackAllowList: {
      allowList: { ...allowList, state: 'ACTIVE', trial: null, trialUntil: null },
      cutOff: [],
      approval: null,
      ...none,
    },
  };
}
