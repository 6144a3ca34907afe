// Every route with data, and the states of screens that a route alone does not show.
import { accountStories } from './account.ts';
import { allowListStories } from './allow-list.ts';
import { apiKeyStories } from './api-key.ts';
import { approvalStories } from './approval.ts';
import { auditStories } from './audit.ts';
import { campaignStories } from './campaign.ts';
import { consentStories } from './consent.ts';
import { inviteStories } from './invite.ts';
import { keepingStories } from './keeping.ts';
import { messageStories } from './message.ts';
import { notFoundStories } from './not-found.ts';
import { numberStories } from './number.ts';
import { overviewStories } from './overview.ts';
import { passwordResetStories } from './password-reset.ts';
import { personStories } from './person.ts';
import { policyStories } from './policy.ts';
import { sendStories } from './send.ts';
import { signInStories } from './sign-in.ts';
import type { Story } from './story.ts';
import { templateStories } from './template.ts';

export const stories: Story[] = [
  ...signInStories,
  ...passwordResetStories,
  ...inviteStories,
  ...overviewStories,
  ...templateStories,
  ...consentStories,
  ...sendStories,
  ...campaignStories,
  ...messageStories,
  ...numberStories,
  ...approvalStories,
  ...allowListStories,
  ...apiKeyStories,
  ...personStories,
  ...accountStories,
  ...policyStories,
  ...keepingStories,
  ...auditStories,
  ...notFoundStories,
];
