import type { Story } from './story.ts';

export const notFoundStories: Story[] = [
  {
    name: 'not-found',
    route: '*',
    path: '/no/such/page',
    act: async (page) => {
      await page.getByText('There is no such page').first().waitFor();
    },
  },
];
