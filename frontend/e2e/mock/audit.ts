// Who did what.
import { page, type Root, unlessEmpty } from './answer.ts';
import { at, minute } from './clock.ts';
import { users } from './people.ts';
import type { Scenario } from './scenario.ts';

const auditActions = [
  'session.signed_in',
  'allow_list.proposed',
  'template.submitted',
  'sender.resumed',
  'consent.looked_up',
  'consent.proven',
  'api_key.created',
  'user.invited',
  'user.role_changed',
  'message.revealed',
  'approval.approved',
  'factor.passkey_added',
];

const details: Record<string, string[]> = {
  'user.invited': ['role=BRAND_MANAGER'],
  'template.submitted': ['language=en_IN', 'name=diwali_offer_v3'],
  'user.role_changed': ['before=ANALYST', 'after=APPROVER'],
  'message.revealed': ['address=true', 'reason=Complaint KC-1182', 'text=true'],
  'approval.approved': ['action=SEND_LARGE', 'subject=602'],
};

const auditEvents = Array.from({ length: 60 }, (_, index) => ({
  id: String(3_000 - index),
  at: at(-index * 47 * minute),
  action: auditActions[index % auditActions.length]!,
  user: index % 5 === 4 ? null : users[index % 2]!,
  address: index % 5 === 4 ? null : '203.0.113.24',
  target: String(600 + index),
  detail: details[auditActions[index % auditActions.length]!] ?? [],
}));

export function auditAnswers(scenario: Scenario): Root {
  const some = unlessEmpty(scenario);
  return {
    audit: (args: { first: number; after?: string; action?: string | null }) =>
      page(
        some(auditEvents).filter((one) => !args.action || one.action === args.action),
        args,
      ),
  };
}
