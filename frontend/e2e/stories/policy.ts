import type { Story } from './story.ts';

export const policyStories: Story[] = [
  { name: 'security-policy', route: '/security/policy', path: '/security/policy' },
  {
    name: 'security-policy-waits',
    route: '/security/policy',
    path: '/security/policy',
    act: async (page) => {
      await page.getByLabel('Minutes after which it ends unused').fill('15');
      await page.getByRole('button', { name: 'Save the policy' }).click();
      await page.getByText('Waits for a second person').waitFor();
    },
  },
];
