import type { Page } from 'playwright-core';
import { chooseFile } from './audience.ts';
import type { Story } from './story.ts';

async function toMessageStep(page: Page): Promise<void> {
  await chooseFile(page);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Name of the campaign').fill('Diwali offer, loyal customers');
  await page.getByRole('radio', { name: /diwali_offer_v3/ }).click();
}

export const sendStories: Story[] = [
  { name: 'send', route: '/send', path: '/send' },
  { name: 'send-file', route: '/send', path: '/send', act: chooseFile },
  { name: 'send-message', route: '/send', path: '/send', act: toMessageStep },
  {
    name: 'send-variables',
    route: '/send',
    path: '/send',
    act: async (page) => {
      await toMessageStep(page);
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByText('Which column fills what?').waitFor();
    },
  },
  {
    name: 'send-check',
    route: '/send',
    path: '/send?campaign=602&step=check',
    act: async (page) => {
      await page.getByText('people will get it').first().waitFor();
    },
  },
  {
    name: 'send-confirm',
    route: '/send',
    path: '/send?campaign=602&step=confirm',
    act: async (page) => {
      await page.getByText('One last look').first().waitFor();
    },
  },
  {
    name: 'send-waits',
    route: '/send',
    path: '/send?campaign=602&step=confirm',
    act: async (page) => {
      await page.getByLabel(/^Type 18240/).fill('18240');
      await page.getByRole('button', { name: 'Send now' }).click();
      await page.getByText('Waits for a second person').waitFor();
    },
  },
];
