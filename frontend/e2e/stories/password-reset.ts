import type { Page } from 'playwright-core';
import type { Story } from './story.ts';

async function setPassword(page: Page, password: string): Promise<void> {
  await page.getByRole('textbox', { name: 'New password', exact: true }).fill(password);
  await page.getByRole('textbox', { name: 'New password again' }).fill(password);
  await page.getByRole('button', { name: 'Set the new password' }).click();
}

export const passwordResetStories: Story[] = [
  {
    name: 'reset',
    route: '/reset',
    path: '/reset#good',
    scenario: { signedIn: false },
    act: async (page) => {
      await page.waitForURL((url) => url.hash === '');
      await setPassword(page, 'password123456');
      await page.getByText('on a list of known ones').waitFor();
    },
  },
  {
    name: 'reset-done',
    route: '/reset',
    path: '/reset#good',
    scenario: { signedIn: false },
    act: async (page) => {
      await setPassword(page, 'correct horse battery');
      await page.getByText('Your new password is set').first().waitFor();
    },
  },
  {
    name: 'reset-used',
    route: '/reset',
    path: '/reset#used',
    scenario: { signedIn: false },
    act: async (page) => {
      await setPassword(page, 'correct horse battery');
      await page.getByText('this link is not good any more').waitFor();
    },
  },
  { name: 'reset-bare', route: '/reset', path: '/reset', scenario: { signedIn: false } },
];
