import { chooseFile } from './audience.ts';
import type { Story } from './story.ts';

export const consentStories: Story[] = [
  { name: 'consent', route: '/consent', path: '/consent' },
  {
    name: 'consent-proof',
    route: '/consent',
    path: '/consent',
    act: async (page) => {
      await page.getByLabel('Phone number, e-mail or user id').fill('+91 98111 00001');
      await page.getByRole('button', { name: 'Look up' }).click();
      await page.getByText('Agreed to: Marketing').waitFor();
    },
  },
  {
    name: 'consent-unknown',
    route: '/consent',
    path: '/consent',
    act: async (page) => {
      await page.getByLabel('Phone number, e-mail or user id').fill('+91 98111 00000');
      await page.getByRole('button', { name: 'Look up' }).click();
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
