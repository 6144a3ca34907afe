import type { Story } from './story.ts';

export const keepingStories: Story[] = [
  { name: 'security-data', route: '/security/data', path: '/security/data' },
  {
    name: 'security-data-tightening',
    route: '/security/data',
    path: '/security/data',
    scenario: { tightening: true },
  },
  {
    name: 'security-data-review',
    route: '/security/data',
    path: '/security/data',
    act: async (page) => {
      await page.getByRole('radio', { name: 'Nothing' }).first().check();
      await page.getByRole('button', { name: 'Review the change' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'security-data-waits',
    route: '/security/data',
    path: '/security/data',
    act: async (page) => {
      await page.getByRole('radio', { name: 'Nothing' }).first().check();
      await page.getByRole('button', { name: 'Review the change' }).click();
      await page.getByLabel('Type').fill('delete');
      await page.getByRole('button', { name: 'Change and delete' }).click();
      await page.getByText('Waits for a second person').waitFor();
    },
  },
];
