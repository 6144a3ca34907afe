import type { Page } from 'playwright-core';
import type { Story } from './story.ts';

async function revealMessage(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Show in plain' }).click();
  await page.getByLabel('Why do you need to see it?').fill('Complaint KC-1182');
  await page.getByRole('dialog').getByRole('button', { name: 'Show in plain' }).click();
}

export const messageStories: Story[] = [
  { name: 'messages', route: '/messages', path: '/messages' },
  {
    name: 'messages-long',
    route: '/messages',
    path: '/messages',
    act: async (page) => {
      await page.getByRole('button', { name: 'Show more' }).click();
      await page.getByText('100 rows, there are more').waitFor();
      await page.getByRole('button', { name: 'Show more' }).click();
      await page.getByText('140 rows').waitFor();
    },
  },
  { name: 'messages-empty', route: '/messages', path: '/messages', scenario: { data: 'empty' } },
  { name: 'messages-broken', route: '/messages', path: '/messages', scenario: { data: 'broken' } },
  {
    name: 'message-failed',
    route: '/messages/$id',
    path: '/messages/48912005.3',
    act: async (page) => {
      await page.getByText('Attempts').first().waitFor();
    },
  },
  {
    name: 'message-read',
    route: '/messages/$id',
    path: '/messages/48912000.3',
    act: async (page) => {
      await page.getByText('Replied').first().waitFor();
    },
  },
  {
    name: 'message-revealed',
    route: '/messages/$id',
    path: '/messages/48912000.3',
    act: async (page) => {
      await revealMessage(page);
      await page.getByText('+91 98110 00001').waitFor();
    },
  },
  {
    name: 'message-step-up',
    route: '/messages/$id',
    path: '/messages/48912000.3',
    scenario: { stale: true },
    act: async (page) => {
      await revealMessage(page);
      await page.getByText('Is it still you?').waitFor();
      await page.getByRole('button', { name: 'Use a passkey' }).waitFor();
    },
  },
];
