// Every route with data, and the states of screens that a route alone does not show.
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import type { Scenario } from './mock/scenario.ts';

export interface Story {
  name: string;
  /** The route as the router writes it: what this story covers. */
  route: string;
  path: string;
  scenario?: Partial<Scenario>;
  /** Brings the screen into the state of the story. */
  act?: (page: Page) => Promise<void>;
  /** Charts weigh more: their routes have a budget of their own. */
  charts?: boolean;
}

const csv =
  'phone,1,2,3,dw\n+919811100001,Asha,DIYA20,14 November,a1\n+919811100002,Rohan,DIYA20,14 November,a2\n+919811100003,Meera,DIYA20,14 November,a3\n';

async function chooseFile(page: Page): Promise<void> {
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'loyal-customers.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await page.getByText('loyal-customers.csv').waitFor();
}

async function toMessageStep(page: Page): Promise<void> {
  await chooseFile(page);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Name of the campaign').fill('Diwali offer, loyal customers');
  await page.getByRole('radio', { name: /diwali_offer_v3/ }).click();
}

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

async function setPassword(page: Page, password: string): Promise<void> {
  await page.getByRole('textbox', { name: 'New password', exact: true }).fill(password);
  await page.getByRole('textbox', { name: 'New password again' }).fill(password);
  await page.getByRole('button', { name: 'Set the new password' }).click();
}

async function setNewPassword(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'New password', exact: true }).fill('correct horse battery');
  await dialog.getByRole('textbox', { name: 'New password again' }).fill('correct horse battery');
  await dialog.getByRole('button', { name: 'Change password' }).click();
}

/** Opens the menu of one person and asks for one thing. */
async function askOfRohan(page: Page, what: string): Promise<void> {
  const row = page.getByRole('row', { name: /Rohan Iyer/ });
  await row.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: what }).click();
  await page.getByRole('dialog').waitFor();
}

async function revealMessage(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Show in plain' }).click();
  await page.getByLabel('Why do you need to see it?').fill('Complaint KC-1182');
  await page.getByRole('dialog').getByRole('button', { name: 'Show in plain' }).click();
}

export const stories: Story[] = [
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
  { name: 'invite', route: '/invite', path: '/invite#good', scenario: { signedIn: false } },
  { name: 'invite-gone', route: '/invite', path: '/invite#used', scenario: { signedIn: false } },
  {
    name: 'overview',
    route: '/',
    path: '/',
    charts: true,
    act: async (page) => {
      await page.locator('.recharts-surface').first().waitFor();
      await page.getByText('Live', { exact: true }).waitFor();
    },
  },
  {
    name: 'overview-table',
    route: '/',
    path: '/?period=LAST_7_DAYS',
    charts: true,
    act: async (page) => {
      await page.getByRole('button', { name: 'Table' }).click();
    },
  },
  {
    name: 'overview-period',
    route: '/',
    path: '/',
    charts: true,
    act: async (page) => {
      await page.getByRole('button', { name: 'Last 28 days' }).click();
      await page.getByRole('button', { name: 'Yesterday' }).waitFor();
    },
  },
  { name: 'overview-empty', route: '/', path: '/', charts: true, scenario: { data: 'empty' } },
  { name: 'overview-broken', route: '/', path: '/', charts: true, scenario: { data: 'broken' } },
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
  { name: 'campaigns', route: '/campaigns', path: '/campaigns' },
  { name: 'campaigns-empty', route: '/campaigns', path: '/campaigns', scenario: { data: 'empty' } },
  { name: 'campaign-running', route: '/campaigns/$id', path: '/campaigns/601' },
  {
    name: 'campaign-paused',
    route: '/campaigns/$id',
    path: '/campaigns/603',
    act: async (page) => {
      await page.getByText('Paused by itself').first().waitFor();
    },
  },
  {
    name: 'campaign-stop',
    route: '/campaigns/$id',
    path: '/campaigns/603',
    act: async (page) => {
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
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
  { name: 'numbers', route: '/numbers', path: '/numbers' },
  {
    name: 'numbers-add',
    route: '/numbers',
    path: '/numbers',
    act: async (page) => {
      await page.getByRole('button', { name: 'Add a portfolio' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'numbers-replace-token',
    route: '/numbers',
    path: '/numbers',
    act: async (page) => {
      await page.getByRole('button', { name: 'Replace the token' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'numbers-empty', route: '/numbers', path: '/numbers', scenario: { data: 'empty' } },
  { name: 'approvals', route: '/approvals', path: '/approvals' },
  { name: 'approvals-empty', route: '/approvals', path: '/approvals', scenario: { data: 'empty' } },
  { name: 'approval-campaign', route: '/approvals/$id', path: '/approvals/951' },
  { name: 'approval-networks', route: '/approvals/$id', path: '/approvals/952' },
  { name: 'approval-own', route: '/approvals/$id', path: '/approvals/953' },
  { name: 'approval-rejected', route: '/approvals/$id', path: '/approvals/948' },
  {
    name: 'approval-reject',
    route: '/approvals/$id',
    path: '/approvals/951',
    act: async (page) => {
      await page.getByRole('button', { name: 'Reject' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'security-access', route: '/security', path: '/security' },
  {
    name: 'security-access-dry-run',
    route: '/security',
    path: '/security',
    act: async (page) => {
      await page.getByRole('button', { name: 'Check and save' }).click();
      await page.getByText('1 person or key would be cut off').waitFor();
    },
  },
  { name: 'security-access-bootstrap', route: '/security', path: '/security', scenario: { data: 'empty' } },
  {
    name: 'security-own-account-only',
    route: '/security',
    path: '/security',
    scenario: { data: 'forbidden' },
    act: async (page) => {
      await page.waitForURL((url) => url.pathname === '/security/sessions');
      await page.getByText('Where you are signed in').first().waitFor();
    },
  },
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
  { name: 'security-policy', route: '/security/policy', path: '/security/policy' },
  {
    name: 'security-policy-waits',
    route: '/security/policy',
    path: '/security/policy',
    act: async (page) => {
      await page.getByLabel('Minutes after which it ends unused').fill('15');
      await page.getByRole('button', { name: 'Save the policy' }).click();
      await page.getByText('Waits for a second person').waitFor();
    },
  },
  { name: 'security-data', route: '/security/data', path: '/security/data' },
  {
    name: 'security-data-tightening',
    route: '/security/data',
    path: '/security/data',
    scenario: { tightening: true },
  },
  {
    name: 'security-data-review',
    route: '/security/data',
    path: '/security/data',
    act: async (page) => {
      await page.getByRole('radio', { name: 'Nothing' }).first().check();
      await page.getByRole('button', { name: 'Review the change' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'security-data-waits',
    route: '/security/data',
    path: '/security/data',
    act: async (page) => {
      await page.getByRole('radio', { name: 'Nothing' }).first().check();
      await page.getByRole('button', { name: 'Review the change' }).click();
      await page.getByLabel('Type').fill('delete');
      await page.getByRole('button', { name: 'Change and delete' }).click();
      await page.getByText('Waits for a second person').waitFor();
    },
  },
  { name: 'security-audit', route: '/security/audit', path: '/security/audit' },
  {
    name: 'security-audit-export',
    route: '/security/audit',
    path: '/security/audit',
    act: async (page) => {
      await page.getByRole('button', { name: 'Export evidence' }).click();
      await page.getByLabel('First day').waitFor();
    },
  },
  {
    name: 'security-audit-filtered',
    route: '/security/audit',
    path: '/security/audit?action=allow_list.proposed',
    act: async (page) => {
      await page.getByText('Put an allow-list on trial').first().waitFor();
      await page.getByText('Signed in').first().waitFor({ state: 'detached' });
    },
  },
  {
    name: 'not-found',
    route: '*',
    path: '/no/such/page',
    act: async (page) => {
      await page.getByText('There is no such page').first().waitFor();
    },
  },
];

/** The routes of the router's source: a new one without a story is found by this. */
export function routesOf(source: string): string[] {
  const routes: string[] = [];
  const bases = new Map<string, string>();
  const pattern = /const (\w+) = createRoute\(\{\s*getParentRoute: \(\) => (\w+),\s*(path|id): '([^']+)'/g;
  for (const [, name, parent, kind, path] of source.matchAll(pattern)) {
    const base = bases.get(parent!) ?? '';
    const full = kind === 'id' ? base : path === '/' ? base || '/' : `${base}${path}`;
    bases.set(name!, kind === 'id' ? '' : full === '/' ? '' : full);
    if (kind === 'path') routes.push(full);
  }
  return [...new Set(routes)];
}

export const routes = routesOf(readFileSync(new URL('../src/app/router.tsx', import.meta.url), 'utf8'));
