import type { Story } from './story.ts';

export const approvalStories: Story[] = [
  { name: 'approvals', route: '/approvals', path: '/approvals' },
  { name: 'approvals-empty', route: '/approvals', path: '/approvals', scenario: { data: 'empty' } },
  { name: 'approval-campaign', route: '/approvals/$id', path: '/approvals/951' },
  { name: 'approval-networks', route: '/approvals/$id', path: '/approvals/952' },
  { name: 'approval-own', route: '/approvals/$id', path: '/approvals/953' },
  { name: 'approval-rejected', route: '/approvals/$id', path: '/approvals/948' },
  {
    name: 'approval-reject',
    route: '/approvals/$id',
    path: '/approvals/951',
    act: async (page) => {
      await page.getByRole('button', { name: 'Reject' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
];
