import type { Page } from 'playwright-core';
import type { Story } from './story.ts';

async function setNewPassword(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'New password', exact: true }).fill('correct horse battery');
  await dialog.getByRole('textbox', { name: 'New password again' }).fill('correct horse battery');
  await dialog.getByRole('button', { name: 'Change password' }).click();
}

export const accountStories: Story[] = [
  {
    name: 'security-sessions',
    route: '/security/sessions',
    path: '/security/sessions',
    act: async (page) => {
      await page.getByText('Work laptop').first().waitFor();
    },
  },
  {
    name: 'security-sessions-password',
    route: '/security/sessions',
    path: '/security/sessions',
    act: async (page) => {
      await page.getByRole('button', { name: 'Change password' }).click();
      await page.getByRole('textbox', { name: 'Current password' }).fill('wrong');
      await setNewPassword(page);
      await page.getByText('this is not your present password').waitFor();
    },
  },
  {
    name: 'security-sessions-new-app',
    route: '/security/sessions',
    path: '/security/sessions',
    act: async (page) => {
      await page.getByRole('button', { name: 'Replace the app' }).click();
      await page.getByLabel('QR code for your authenticator app').first().waitFor();
    },
  },
  {
    name: 'security-sessions-codes',
    route: '/security/sessions',
    path: '/security/sessions',
    act: async (page) => {
      await page.getByRole('button', { name: 'New codes' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'New codes' }).click();
      await page.getByText('I have kept them').waitFor();
    },
  },
  {
    name: 'security-sessions-passkey',
    route: '/security/sessions',
    path: '/security/sessions',
    act: async (page) => {
      await page.getByRole('button', { name: 'Rename Work laptop' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
];
