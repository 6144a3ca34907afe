import type { Story } from './story.ts';

export const inviteStories: Story[] = [
  { name: 'invite', route: '/invite', path: '/invite#good', scenario: { signedIn: false } },
  { name: 'invite-gone', route: '/invite', path: '/invite#used', scenario: { signedIn: false } },
];
