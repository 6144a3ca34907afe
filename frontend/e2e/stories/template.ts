import type { Story } from './story.ts';

export const templateStories: Story[] = [
  { name: 'templates', route: '/templates', path: '/templates' },
  {
    name: 'templates-filtered',
    route: '/templates',
    path: '/templates?states=%5B%22REJECTED%22%5D',
    act: async (page) => {
      await page.getByText('feedback_request').waitFor();
    },
  },
  {
    name: 'templates-columns',
    route: '/templates',
    path: '/templates',
    act: async (page) => {
      await page.getByRole('button', { name: 'Choose columns' }).click();
      await page.getByRole('menuitemcheckbox', { name: 'Category' }).waitFor();
    },
  },
  { name: 'templates-empty', route: '/templates', path: '/templates', scenario: { data: 'empty' } },
  { name: 'template', route: '/templates/$id', path: '/templates/1' },
  {
    name: 'template-options',
    route: '/templates/$id',
    path: '/templates/1',
    act: async (page) => {
      await page.getByRole('button', { name: 'See all options' }).click();
    },
  },
  { name: 'template-paused', route: '/templates/$id', path: '/templates/6' },
  { name: 'template-rtl', route: '/templates/$id', path: '/templates/8' },
  {
    name: 'template-gone',
    route: '/templates/$id',
    path: '/templates/999',
    act: async (page) => {
      await page.getByText('This template does not exist').first().waitFor();
    },
  },
  {
    name: 'template-delete',
    route: '/templates/$id',
    path: '/templates/1',
    act: async (page) => {
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'template-new', route: '/templates/new', path: '/templates/new' },
  {
    name: 'template-new-errors',
    route: '/templates/new',
    path: '/templates/new',
    act: async (page) => {
      await page.getByRole('textbox', { name: 'Name' }).fill('Order Shipped!');
      await page.getByRole('textbox', { name: 'Body' }).fill('{{1}} your order {{3}}');
      await page.getByRole('button', { name: 'Link', exact: true }).click();
      await page.getByRole('button', { name: 'Save draft' }).click();
      await page.getByText('Only a–z, 0–9 and _.').waitFor();
    },
  },
  { name: 'template-edit', route: '/templates/$id/edit', path: '/templates/1/edit' },
];
