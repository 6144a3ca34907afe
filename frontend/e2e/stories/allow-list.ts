import type { Story } from './story.ts';

export const allowListStories: Story[] = [
  { name: 'security-access', route: '/security', path: '/security' },
  {
    name: 'security-access-dry-run',
    route: '/security',
    path: '/security',
    act: async (page) => {
      await page.getByRole('button', { name: 'Check and save' }).click();
      await page.getByText('1 person or key would be cut off').waitFor();
    },
  },
  { name: 'security-access-bootstrap', route: '/security', path: '/security', scenario: { data: 'empty' } },
  {
    name: 'security-own-account-only',
    route: '/security',
    path: '/security',
    scenario: { data: 'forbidden' },
    act: async (page) => {
      await page.waitForURL((url) => url.pathname === '/security/sessions');
      await page.getByText('Where you are signed in').first().waitFor();
    },
  },
];
