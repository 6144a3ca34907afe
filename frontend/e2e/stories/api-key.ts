import type { Story } from './story.ts';

export const apiKeyStories: Story[] = [
  { name: 'security-keys', route: '/security/keys', path: '/security/keys' },
  {
    name: 'security-key-made',
    route: '/security/keys',
    path: '/security/keys',
    act: async (page) => {
      await page.getByRole('button', { name: 'New key' }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill('Order service');
      await page.getByRole('checkbox', { name: 'Send messages' }).check();
      await page.getByRole('dialog').getByRole('button', { name: 'New key' }).click();
      await page.getByText('ph_live_7Jv2mQ9xT4bNc8KpW1sZr6Yd3Hf5Lg0A').waitFor();
    },
  },
  {
    name: 'security-key-replace',
    route: '/security/keys',
    path: '/security/keys',
    act: async (page) => {
      const row = page.getByRole('row').filter({ hasText: 'Order service' });
      await row.getByRole('button', { name: 'Actions' }).click();
      await page.getByRole('menuitem', { name: 'Replace' }).click();
      await page.getByText('The old key').waitFor();
    },
  },
];
