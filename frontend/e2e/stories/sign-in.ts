import type { Page } from 'playwright-core';
import type { Story } from './story.ts';

async function passwordStep(page: Page, email: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Continue' }).click();
}

async function askForLink(page: Page, email: string): Promise<void> {
  await page.getByRole('button', { name: 'Forgot password?' }).click();
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('button', { name: 'Send me a link' }).click();
}

export const signInStories: Story[] = [
  { name: 'sign-in', route: '/sign-in', path: '/sign-in', scenario: { signedIn: false } },
  {
    name: 'sign-in-wrong',
    route: '/sign-in',
    path: '/sign-in',
    scenario: { signedIn: false },
    act: async (page) => {
      await page.getByLabel('E-mail').fill('asha@kaveri-coffee.example');
      await page.getByLabel('Password', { exact: true }).fill('wrong');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByText('E-mail or password is not right.').waitFor();
    },
  },
  {
    name: 'sign-in-code',
    route: '/sign-in',
    path: '/sign-in',
    scenario: { signedIn: false },
    act: async (page) => {
      await passwordStep(page, 'rohan@kaveri-coffee.example');
      await page.getByLabel('Six-digit code').waitFor();
    },
  },
  {
    name: 'sign-in-passkey',
    route: '/sign-in',
    path: '/sign-in',
    scenario: { signedIn: false },
    act: async (page) => {
      await passwordStep(page, 'asha@kaveri-coffee.example');
      await page.getByRole('button', { name: 'Use a passkey' }).waitFor();
    },
  },
  {
    name: 'sign-in-forgot',
    route: '/sign-in',
    path: '/sign-in',
    scenario: { signedIn: false },
    act: async (page) => {
      await askForLink(page, 'often@kaveri-coffee.example');
      await page.getByText('too many requests').waitFor();
    },
  },
  {
    name: 'sign-in-link-sent',
    route: '/sign-in',
    path: '/sign-in',
    scenario: { signedIn: false },
    act: async (page) => {
      await askForLink(page, 'asha@kaveri-coffee.example');
      await page.getByText('a link is on its way').waitFor();
    },
  },
  {
    name: 'sign-in-mailless',
    route: '/sign-in',
    path: '/sign-in',
    scenario: { signedIn: false, mailless: true },
    act: async (page) => {
      await page.getByText('Forgot password?').waitFor({ state: 'detached' });
    },
  },
  {
    name: 'sign-in-enrol',
    route: '/sign-in',
    path: '/sign-in',
    scenario: { signedIn: false },
    act: async (page) => {
      await passwordStep(page, 'new@kaveri-coffee.example');
      await page.getByLabel('QR code for your authenticator app').first().waitFor();
    },
  },
  {
    name: 'sign-in-recovery-codes',
    route: '/sign-in',
    path: '/sign-in',
    scenario: { signedIn: false },
    act: async (page) => {
      await passwordStep(page, 'new@kaveri-coffee.example');
      await page.getByLabel('Code that the app shows now').fill('123456');
      await page.getByText('I have kept them').waitFor();
    },
  },
];
