import type { Story } from './story.ts';

export const numberStories: Story[] = [
  { name: 'numbers', route: '/numbers', path: '/numbers' },
  {
    name: 'numbers-add',
    route: '/numbers',
    path: '/numbers',
    act: async (page) => {
      await page.getByRole('button', { name: 'Add a portfolio' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'numbers-replace-token',
    route: '/numbers',
    path: '/numbers',
    act: async (page) => {
      await page.getByRole('button', { name: 'Replace the token' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'numbers-empty', route: '/numbers', path: '/numbers', scenario: { data: 'empty' } },
];
