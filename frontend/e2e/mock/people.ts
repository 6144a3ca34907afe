// Who works there and what they may do.
import { none, type Root } from './answer.ts';
import { at, day, hour, minute } from './clock.ts';
import type { Scenario } from './scenario.ts';
import { sessions } from './sessions.ts';
import { tenant } from './tenant.ts';

const viewerUser = {
  id: '71',
  name: 'Asha Menon',
  email: 'asha@kaveri-coffee.example',
  role: 'OWNER',
  disabled: false,
  secondFactor: true,
  lastSignInAt: at(-3 * minute),
  createdAt: at(-200 * day),
};

const permissions = [
  'SIGNED_IN',
  'ANALYTICS_READ',
  'MESSAGE_READ',
  'MESSAGE_SEND',
  'CAMPAIGN_MANAGE',
  'CONSENT_READ',
  'CONSENT_WRITE',
  'TEMPLATE_READ',
  'TEMPLATE_MANAGE',
  'SENDER_READ',
  'SENDER_MANAGE',
  'SECURITY_READ',
  'SECURITY_MANAGE',
  'KEY_MANAGE',
  'TENANT_READ',
  'TENANT_MANAGE',
  'APPROVE',
  'ADDRESS_REVEAL',
  'CONTENT_REVEAL',
];

export const users = [
  viewerUser,
  {
    ...viewerUser,
    id: '72',
    name: 'Rohan Iyer',
    email: 'rohan@kaveri-coffee.example',
    role: 'BRAND_MANAGER',
    lastSignInAt: at(-5 * hour),
  },
  {
    ...viewerUser,
    id: '73',
    name: 'Meera Pillai',
    email: 'meera@kaveri-coffee.example',
    role: 'ANALYST',
    secondFactor: false,
    lastSignInAt: null,
  },
  {
    ...viewerUser,
    id: '74',
    name: 'Jonas Weber',
    email: 'jonas@agency.example',
    role: 'AGENT',
    disabled: true,
    lastSignInAt: at(-60 * day),
  },
];

const openInvites = [
  {
    id: '91',
    email: 'priya@kaveri-coffee.example',
    role: 'APPROVER',
    invitedBy: viewerUser,
    createdAt: at(-6 * hour),
    expiresAt: at(66 * hour),
  },
  {
    id: '92',
    email: 'devs@agency.example',
    role: 'DEVELOPER',
    invitedBy: null,
    createdAt: at(-5 * day),
    expiresAt: at(-2 * day),
  },
];
const sent = { expiresAt: at(3 * day), ...none };

export function peopleAnswers(scenario: Scenario): Root {
  return {
    viewer: {
      user: viewerUser,
      tenant,
      permissions: scenario.data === 'forbidden' ? ['SIGNED_IN'] : permissions,
      address: '203.0.113.24',
      session: sessions[0],
    },
    users,
    invite: ({ token }: { token: string }) =>
      token === 'good'
        ? {
            email: 'new@kaveri-coffee.example',
            role: 'BRAND_MANAGER',
            brand: 'Kaveri Coffee',
            expiresAt: at(2 * day),
          }
        : null,
    sendsMail: !scenario.mailless,
    openInvites: scenario.data === 'empty' ? [] : openInvites,
    inviteUser: scenario.mailless
      ? { url: 'https://posthaste.kaveri-coffee.example/invite#good', mailed: false, ...sent }
      : { url: null, mailed: true, ...sent },
    resendInvite: { url: null, mailed: true, ...sent },
    withdrawInvite: none,
    setUserDisabled: none,
  };
}
