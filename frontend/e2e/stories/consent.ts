import type { Page } from 'playwright-core';
import { chooseFile } from './audience.ts';
import type { Story } from './story.ts';

async function lookUp(page: Page, address: string): Promise<void> {
  await page.getByLabel('Phone number, e-mail or user id').fill(address);
  await page.getByRole('button', { name: 'Look up' }).click();
}

/** Looks a person up and has the proof signed. */
async function signedProof(page: Page): Promise<void> {
  await lookUp(page, '+91 98111 00001');
  await page.getByRole('button', { name: 'Signed proof' }).click();
  await page.getByRole('heading', { name: 'Proof of consent' }).waitFor();
}

export const consentStories: Story[] = [
  { name: 'consent', route: '/consent', path: '/consent' },
  {
    name: 'consent-proof',
    route: '/consent',
    path: '/consent',
    act: async (page) => {
      await lookUp(page, '+91 98111 00001');
      await page.getByText('Agreed to: Marketing').waitFor();
    },
  },
  {
    name: 'consent-past',
    route: '/consent',
    path: '/consent',
    act: async (page) => {
      await page.getByRole('switch', { name: 'At an earlier time' }).press('Space');
      await page.getByLabel('As of').fill('2026-10-23T12:00');
      await lookUp(page, '+91 98111 00001');
      await page.getByText('On the stop list').waitFor();
      await page.getByText('As it was known on').waitFor();
    },
  },
  { name: 'consent-signed', route: '/consent', path: '/consent', act: signedProof },
  {
    name: 'consent-print',
    route: '/consent',
    path: '/consent',
    act: async (page) => {
      await signedProof(page);
      await page.emulateMedia({ media: 'print' });
      await page.getByRole('heading', { name: 'Proof of consent' }).waitFor();
      await page.getByRole('button', { name: 'Print', includeHidden: true }).waitFor({ state: 'hidden' });
      await page
        .getByRole('heading', { name: 'Consent', exact: true, includeHidden: true })
        .waitFor({ state: 'hidden' });
      await page.emulateMedia({ media: 'screen' });
    },
  },
  {
    name: 'consent-unknown',
    route: '/consent',
    path: '/consent',
    act: async (page) => {
      await lookUp(page, '+91 98111 00000');
      await page.getByText('This address is not known').waitFor();
    },
  },
  { name: 'consent-import', route: '/consent/import', path: '/consent/import' },
  { name: 'consent-import-map', route: '/consent/import', path: '/consent/import', act: chooseFile },
  {
    name: 'consent-import-running',
    route: '/consent/import',
    path: '/consent/import?job=j1',
    act: async (page) => {
      await page.getByText('38,400 of 61,200').first().waitFor();
    },
  },
];
