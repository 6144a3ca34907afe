import type { Page } from 'playwright-core';
import type { Story } from './story.ts';

/** Opens the menu of one person and asks for one thing. */
async function askOfRohan(page: Page, what: string): Promise<void> {
  const row = page.getByRole('row', { name: /Rohan Iyer/ });
  await row.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: what }).click();
  await page.getByRole('dialog').waitFor();
}

export const personStories: Story[] = [
  { name: 'security-people', route: '/security/people', path: '/security/people' },
  {
    name: 'security-people-invited',
    route: '/security/people',
    path: '/security/people',
    act: async (page) => {
      await page.getByRole('button', { name: 'Invite a person' }).click();
      await page.getByRole('textbox', { name: 'E-mail' }).fill('new@kaveri-coffee.example');
      await page.getByRole('button', { name: 'Make the invitation' }).click();
      await page.getByText('sent by mail to new@kaveri-coffee.example').waitFor();
    },
  },
  {
    name: 'security-people-handed-over',
    route: '/security/people',
    path: '/security/people',
    scenario: { mailless: true },
    act: async (page) => {
      await page.getByRole('button', { name: 'Invite a person' }).click();
      await page.getByRole('textbox', { name: 'E-mail' }).fill('new@kaveri-coffee.example');
      await page.getByRole('button', { name: 'Make the invitation' }).click();
      await page.getByText('/invite#good').waitFor();
    },
  },
  {
    name: 'security-people-role',
    route: '/security/people',
    path: '/security/people',
    act: (page) => askOfRohan(page, 'Change the role'),
  },
  {
    name: 'security-people-reset',
    route: '/security/people',
    path: '/security/people',
    act: (page) => askOfRohan(page, 'Reset second factors'),
  },
];
