import type { Story } from './story.ts';

export const auditStories: Story[] = [
  { name: 'security-audit', route: '/security/audit', path: '/security/audit' },
  {
    name: 'security-audit-export',
    route: '/security/audit',
    path: '/security/audit',
    act: async (page) => {
      await page.getByRole('button', { name: 'Export evidence' }).click();
      await page.getByLabel('First day').waitFor();
    },
  },
  {
    name: 'security-audit-filtered',
    route: '/security/audit',
    path: '/security/audit?action=allow_list.proposed',
    act: async (page) => {
      await page.getByText('Put an allow-list on trial').first().waitFor();
      await page.getByText('Signed in').first().waitFor({ state: 'detached' });
    },
  },
];
