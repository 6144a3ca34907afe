// Somebody with a browser of their own, who does with the portal what people do.
import type { Browser, Locator, Page, Response } from 'playwright-core';
import { Authenticator } from './authenticator.ts';

export interface Account {
  name: string;
  email: string;
  password: string;
  /** The key of the authenticator app, and the newest step whose code was used; empty for who has none yet. */
  key: string;
  spent: number;
}

export class Person {
  readonly page: Page;
  private readonly url: string;
  private readonly account: Account;
  private app: Authenticator;

  private constructor(page: Page, url: string, account: Account) {
    this.page = page;
    this.url = url;
    this.account = account;
    this.app = new Authenticator(account.key, account.spent);
  }

  static async with(browser: Browser, url: string, account: Account): Promise<Person> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000); // bounds a broken story; every wait ends by a signal
    context.on('request', (request) => say({ asked: request.url() }));
    context.on('response', (response) => void overhear(response));
    const devices = await context.newCDPSession(page);
    await devices.send('WebAuthn.enable');
    await devices.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    return new Person(page, url, account);
  }

  async visit(path: string): Promise<void> {
    await this.page.goto(`${this.url}${path}`);
    await this.page.locator('h1').first().waitFor();
  }

  button(name: string | RegExp, within: Page | Locator = this.page): Locator {
    return within.getByRole('button', { name, exact: typeof name === 'string' });
  }

  dialog(name: string | RegExp): Locator {
    return this.page.getByRole('dialog', { name });
  }

  /** Follows an invitation, sets a password and enrols an app. Gives the app's key and the recovery codes. */
  async join(link: string): Promise<{ key: string; codes: string[] }> {
    await this.page.goto(link);
    await this.page.getByLabel('Your name').fill(this.account.name);
    await this.page.getByLabel('Password', { exact: false }).first().fill(this.account.password);
    await this.page.getByLabel('Password again').fill(this.account.password);
    await this.button('Continue').click();
    const key = (await this.page.getByTestId('copy-value').textContent()) ?? '';
    this.app = new Authenticator(key, 0);
    await this.page.getByLabel('Code that the app shows now').fill(await this.code());
    const list = this.page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
    await list.last().waitFor();
    const codes = await list.allTextContents();
    await this.button('I have kept them').click();
    await this.arrived();
    return { key, codes };
  }

  async signInWithApp(): Promise<void> {
    await this.password();
    await this.page.getByLabel('Six-digit code').fill(await this.code());
    await this.arrived();
  }

  async signInWithPasskey(): Promise<void> {
    await this.password();
    await this.button('Use a passkey').click();
    await this.arrived();
  }

  async signInWithRecoveryCode(code: string): Promise<void> {
    await this.password();
    await this.button('Use a recovery code').click();
    await this.page.getByLabel('Recovery code').fill(code);
    await this.button('Confirm').click();
    await this.arrived();
  }

  /** Signs out, and tells what the answer had the browser clear and what is left in its storage. */
  async signOut(): Promise<{ cleared: string; left: number }> {
    await this.page.evaluate(() => localStorage.setItem('planted', 'yes'));
    const answered = this.page.waitForResponse(
      (one) => one.request().postDataJSON()?.operationName === 'SignOut',
    );
    await this.button(this.account.name).click();
    await this.page.getByRole('menuitem', { name: 'Sign out' }).click();
    const cleared = (await (await answered).headerValue('clear-site-data')) ?? '';
    await this.page.getByLabel('E-mail').waitFor();
    return { cleared, left: await this.page.evaluate(() => Number('planted' in localStorage)) };
  }

  /** Waits for what an act leads to, and shows a fresh factor when that is asked for first. */
  async reach(outcome: Locator): Promise<void> {
    const asked = this.dialog('Is it still you?');
    await outcome.or(asked).first().waitFor();
    if (!(await asked.isVisible())) return;
    const passkey = this.button('Use a passkey', asked);
    const code = asked.getByLabel('Six-digit code');
    await passkey.or(code).first().waitFor();
    if (await passkey.isVisible()) await passkey.click();
    else await code.fill(await this.code());
    await asked.waitFor({ state: 'detached' });
    await outcome.first().waitFor();
  }

  private async code(): Promise<string> {
    const code = await this.app.code();
    say({ codes: [code] });
    return code;
  }

  private async password(): Promise<void> {
    await this.page.goto(`${this.url}/sign-in`);
    await this.page.getByLabel('E-mail').fill(this.account.email);
    await this.page.getByLabel('Password', { exact: true }).fill(this.account.password);
    await this.button('Continue').click();
  }

  private async arrived(): Promise<void> {
    await this.page.getByRole('navigation').first().waitFor();
  }
}

/** Says which cookies an answer sets, and what it says: a person sees neither in the page, and no log may hold it. */
async function overhear(response: Response): Promise<void> {
  const { 'set-cookie': cookie } = await response.allHeaders().catch(() => ({ 'set-cookie': '' }));
  const cookies = [...(cookie ?? '').matchAll(/^[^=]+=([^;]+)/gm)].map((match) => match[1] ?? '');
  if (cookies.length > 0) say({ secrets: cookies });
  if (!response.url().endsWith('/graphql') || response.headers()['content-type'] === 'text/event-stream')
    return;
  const body = await response.text().catch(() => ''); // a page that went on has thrown it away
  if (body !== '') say({ answered: body, status: response.status() });
}

export function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
