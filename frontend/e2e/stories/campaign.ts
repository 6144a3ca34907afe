import type { Story } from './story.ts';

export const campaignStories: Story[] = [
  { name: 'campaigns', route: '/campaigns', path: '/campaigns' },
  { name: 'campaigns-empty', route: '/campaigns', path: '/campaigns', scenario: { data: 'empty' } },
  { name: 'campaign-running', route: '/campaigns/$id', path: '/campaigns/601' },
  {
    name: 'campaign-paused',
    route: '/campaigns/$id',
    path: '/campaigns/603',
    act: async (page) => {
      await page.getByText('Paused by itself').first().waitFor();
    },
  },
  {
    name: 'campaign-stop',
    route: '/campaigns/$id',
    path: '/campaigns/603',
    act: async (page) => {
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
];
