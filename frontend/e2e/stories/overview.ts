import type { Story } from './story.ts';

export const overviewStories: Story[] = [
  {
    name: 'overview',
    route: '/',
    path: '/',
    charts: true,
    act: async (page) => {
      await page.locator('.recharts-surface').first().waitFor();
      await page.getByText('Live', { exact: true }).waitFor();
    },
  },
  {
    name: 'overview-table',
    route: '/',
    path: '/?period=LAST_7_DAYS',
    charts: true,
    act: async (page) => {
      await page.getByRole('button', { name: 'Table' }).click();
    },
  },
  {
    name: 'overview-period',
    route: '/',
    path: '/',
    charts: true,
    act: async (page) => {
      await page.getByRole('button', { name: 'Last 28 days' }).click();
      await page.getByRole('button', { name: 'Yesterday' }).waitFor();
    },
  },
  { name: 'overview-empty', route: '/', path: '/', charts: true, scenario: { data: 'empty' } },
  { name: 'overview-broken', route: '/', path: '/', charts: true, scenario: { data: 'broken' } },
];
