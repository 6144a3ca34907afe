// A security admin's day, in a real browser against the real program: who is invited, what proves them, from where they may
// come, which program may ask, what is looked at and recorded, and what needs a second person. The caller has started the
// program and asks its database afterwards. It says on stdin where things are; we say on stdout what happened, which
// addresses were asked and what was answered, and which secrets we saw, so that they can be searched for.
import { copyFile, stat } from 'node:fs/promises';
import { request } from 'node:http';
import type { Browser } from 'playwright-core';
import { launch } from '../browser.ts';
import { type Account, Person, say } from './person.ts';

interface Place {
  url: string;
  /** The sandbox's own address, with its mails. */
  sandbox: string;
  owner: Account;
  admin: Account;
  brand: string;
  /** A message that is kept in plain, and to whom it went. */
  message: string;
  phone: string;
  /** Where to put the evidence that she exports. */
  evidence: string;
}

async function main(place: Place, browser: Browser): Promise<void> {
  const owner = await Person.with(browser, place.url, place.owner);
  const admin = await Person.with(browser, place.url, place.admin);
  const { page } = admin;

  await step('the owner invites a security admin', async () => {
    await owner.signInWithApp();
    await owner.visit('/security/people');
    await owner.button('Invite a person').first().click();
    const dialog = owner.dialog('Invite a person');
    await dialog.getByLabel('E-mail').fill(place.admin.email);
    await dialog.getByLabel('Role').click();
    await owner.page.getByRole('option', { name: 'Security admin' }).click();
    await owner.button('Make the invitation', dialog).click();
    await owner.reach(dialog.getByText(place.admin.email));
  });

  const codes = await step('she follows the mail, sets a password and enrols an app', async () => {
    const joined = await admin.join(await mailedLink(place));
    secret(joined.key, ...joined.codes);
    return joined.codes;
  });

  await step('she adds a passkey', async () => {
    await admin.visit('/security/sessions');
    await admin.button('Add a passkey').click();
    const dialog = admin.dialog('Add a passkey');
    await dialog.getByLabel('Name').fill('Work laptop');
    await admin.button('Add a passkey', dialog).click();
    await admin.reach(page.getByText('Work laptop').first());
  });

  await step('she signs in with it, and another time with a recovery code', async () => {
    const { cleared, left } = await admin.signOut();
    expect('what signing out has the browser clear', cleared, '"cache", "storage"');
    expect('what she had in its storage', String(left), '0');
    await admin.signInWithPasskey();
    await admin.signOut();
    await admin.signInWithRecoveryCode(codes[0] ?? '');
    await admin.visit('/security/sessions');
    await page.getByText('9 left').waitFor();
  });

  const key = await step('she makes a key for a program, and one that is bound to a network', async () => {
    const free = await makeKey(admin, 'Reports');
    const bound = await makeKey(admin, 'Night job', '127.0.0.5/32');
    secret(free, bound);
    expect(
      'a bound key from its network, which the list does not hold',
      await asks(place, bound, '127.0.0.5'),
      'refused',
    );
    expect('a bound key from elsewhere', await asks(place, bound, '127.0.0.1'), 'refused');
    expect('a free key from where the list lets in', await asks(place, free, '127.0.0.1'), 'answered');
    expect('a free key from where it does not', await asks(place, free, '127.0.0.9'), 'refused');
    return free;
  });

  await step('the log of refused attempts shows where from', async () => {
    await admin.visit('/security');
    await page.getByText('127.0.0.9').first().waitFor();
  });

  await step('a network is let in on trial, and taken back by hand', async () => {
    await tryNetwork(admin, '127.0.0.9/32');
    expect('the program during the trial', await asks(place, key, '127.0.0.9'), 'answered');
    await admin.button('Go back now').click();
    await admin.reach(
      page
        .getByText('Not set up')
        .or(page.getByText('Active', { exact: true }))
        .first(),
    );
    expect('the program after the return', await asks(place, key, '127.0.0.9'), 'refused');
  });

  await step('a trial that nobody confirms goes back by itself', async () => {
    await tryNetwork(admin, '127.0.0.9/32');
    expect('the program during the trial', await asks(place, key, '127.0.0.9'), 'answered');
    await page.getByText('A new list is on trial').waitFor({ state: 'detached' });
    expect('the program after the trial', await asks(place, key, '127.0.0.9'), 'refused');
  });

  await step('a list is kept', async () => {
    await tryNetwork(admin, '127.0.0.8/30');
    await admin.button('Keep it').click();
    await admin.reach(page.getByText('Active', { exact: true }));
    expect('the program from a network that was kept', await asks(place, key, '127.0.0.9'), 'answered');
  });

  await step('the owner looks at one message in plain, with a reason', async () => {
    await owner.visit(`/messages/${place.message}`);
    await owner.button('Show in plain').click();
    const dialog = owner.page.getByRole('dialog');
    await dialog.getByRole('textbox').first().fill('A complaint by telephone');
    await owner.button('Show in plain', dialog).click();
    await owner.reach(owner.page.getByText(place.phone));
  });

  await step('from now on a change of the list needs a second person', async () => {
    await owner.visit('/security/policy');
    await owner.page.getByRole('switch', { name: 'Changes of the allow-list' }).check({ force: true });
    await owner.button('Save the policy').click();
    await owner.reach(owner.page.getByText('The policy was saved.'));
  });

  await step('she asks for a change, and the owner approves it', async () => {
    await admin.visit('/security');
    await addNetwork(admin, '127.0.0.16/32');
    await admin.button('Check and save').click();
    await page.getByText('Waits for a second person').or(admin.button('Start the trial')).first().waitFor();
    if (await admin.button('Start the trial').isVisible()) await admin.button('Start the trial').click();
    await admin.reach(page.getByText('Waits for a second person'));
    expect('a program from the network before', await asks(place, key, '127.0.0.16'), 'refused');
    await owner.visit('/approvals');
    await owner.page
      .getByRole('row', { name: /Change of the allow-list/ })
      .first()
      .click();
    await owner.button('Approve').click();
    await owner.button('Approve', owner.dialog('Approve this?')).click();
    await owner.reach(owner.page.getByText('Approved and done.'));
    expect('a program from the network after', await asks(place, key, '127.0.0.16'), 'answered');
  });

  await step('she exports the evidence', async () => {
    await admin.visit('/security/audit');
    await admin.button('Export evidence').click();
    const dialog = admin.dialog('Export evidence');
    const saved = page.waitForEvent('download');
    await admin.button('Export', dialog).click();
    await admin.reach(page.getByText('Security').first());
    const path = await (await saved).path();
    const { size } = await stat(path);
    if (size < 1000) throw new Error(`the evidence has ${size} bytes`);
    await copyFile(path, place.evidence);
  });

  await step('all of it stands in the audit log', async () => {
    await admin.visit('/security/audit');
    for (const act of ['Looked at a message in plain', 'Approved'])
      await page.getByText(act).first().waitFor();
  });
}

async function makeKey(person: Person, name: string, network?: string): Promise<string> {
  await person.visit('/security/keys');
  await person.button('New key').first().click();
  const dialog = person.page.getByRole('dialog').first();
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('See numbers and limits').check();
  if (network) {
    await dialog.getByLabel('Only from these networks').fill(network);
    await person.page.keyboard.press('Enter');
  }
  await person.button('New key', dialog).click();
  const shown = person.page.getByTestId('copy-value');
  await person.reach(shown);
  const text = ((await shown.textContent()) ?? '').trim();
  await person.button('I have kept it').click();
  return text;
}

async function addNetwork(person: Person, network: string): Promise<void> {
  const own = person.button(/^Add my address/);
  await person.button('Add a network').waitFor();
  if (await own.isVisible()) await own.click();
  await person.button('Add a network').click();
  await person.page.getByRole('textbox', { name: 'Network' }).last().fill(network);
}

/** Puts the present list and one more network on trial. */
async function tryNetwork(person: Person, network: string): Promise<void> {
  await person.visit('/security');
  await addNetwork(person, network);
  await person.button('Check and save').click();
  await person.button('Start the trial').click();
  await person.reach(person.page.getByText('A new list is on trial'));
}

/** What the program with the key hears from an address of this host. */
function asks(place: Place, key: string, from: string): Promise<'answered' | 'refused'> {
  const body = JSON.stringify({ query: '{ portfolios { id } }' });
  const { port } = new URL(place.url);
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: '127.0.0.1',
        port,
        path: '/graphql',
        method: 'POST',
        localAddress: from,
        headers: {
          'Content-Type': 'application/json',
          Authorization: `Bearer ${key}`,
          Host: new URL(place.url).host,
        },
      },
      (response) => {
        let text = '';
        response.on('data', (part) => {
          text += part;
        });
        response.on('end', () => resolve(text.includes('"portfolios":[') ? 'answered' : 'refused'));
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

/** The link of the newest mail to the invited person. The mail is on its way, and nothing else tells of its arrival. */
async function mailedLink(place: Place): Promise<string> {
  for (;;) {
    const answer = await fetch(`${place.sandbox}/_sandbox/mails?to=${encodeURIComponent(place.admin.email)}`);
    const { mails } = (await answer.json()) as { mails: { text: string }[] | null };
    const link = mails?.at(-1)?.text.match(/https?:\/\/\S*\/invite#\S+/)?.[0];
    if (link) {
      secret(link.split('#')[1] ?? '');
      return link;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function step<T>(what: string, act: () => Promise<T>): Promise<T> {
  const begun = Date.now();
  try {
    const result = await act();
    say({ step: what, seconds: (Date.now() - begun) / 1000 });
    return result;
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function expect(what: string, got: string, want: string): void {
  if (got !== want) throw new Error(`${what}: ${got}, want ${want}`);
}

function secret(...values: string[]): void {
  say({ secrets: values });
}

const place = JSON.parse(await new Response(process.stdin as never).text()) as Place;
const browser = await launch();
try {
  await main(place, browser);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  for (const [n, page] of browser
    .contexts()
    .flatMap((context) => context.pages())
    .entries())
    await page.screenshot({ path: `${process.env.PICTURES ?? '.'}/day-${n}.png` });
  process.exitCode = 1;
} finally {
  await browser.close();
}
