import type { Page } from 'playwright-core';

const csv =
  'phone,1,2,3,dw\n+919811100001,Asha,DIYA20,14 November,a1\n+919811100002,Rohan,DIYA20,14 November,a2\n+919811100003,Meera,DIYA20,14 November,a3\n';

/** Puts a file of three people where the page asks for one. */
export async function chooseFile(page: Page): Promise<void> {
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'loyal-customers.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await page.getByText('loyal-customers.csv').waitFor();
}
