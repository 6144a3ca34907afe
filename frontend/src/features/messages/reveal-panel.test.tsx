// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core';
import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Client, fetchExchange } from '@urql/core';
import { Provider } from 'urql';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { locales } from '@/i18n/portal';
import { Words } from '@/i18n/words';
import { RevealPanel, shownMilliseconds } from './reveal-panel';

const answers = { address: '+91 98110 00001', addressWithheld: null, text: null, textWithheld: 'NOT_KEPT' };
const asked: { id: string; reason: string }[] = [];
const fetch: typeof globalThis.fetch = async (_, init) => {
  asked.push(JSON.parse(String(init?.body)).variables);
  return new Response(JSON.stringify({ data: { revealMessage: { ...answers, userErrors: [] } } }), {
    headers: { 'Content-Type': 'application/json' },
  });
};

async function reveal() {
  const client = new Client({ url: 'http://localhost/graphql', fetch, exchanges: [fetchExchange] });
  render(
    <Words messages={locales.en}>
      <MantineProvider env="test" withCssVariables={false} withGlobalClasses={false}>
        <Provider value={client}>
          <RevealPanel id="48912005.3" />
        </Provider>
      </MantineProvider>
    </Words>,
  );
  const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
  await user.click(screen.getByRole('button', { name: 'Show in plain' }));
  await user.type(screen.getByLabelText(/^Why/), 'Complaint KC-1182');
  await user.click(
    screen.getAllByRole('button', { name: 'Show in plain' }).find((one) => one.matches('[type=submit]'))!,
  );
  await waitFor(() => expect(screen.getByText('+91 98110 00001')).toBeInTheDocument());
  return user;
}

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  asked.length = 0;
});
afterEach(() => vi.useRealTimers());

it('sends the reason, shows what was kept and says what was not', async () => {
  await reveal();
  expect(asked).toEqual([{ id: '48912005.3', reason: 'Complaint KC-1182' }]);
  expect(screen.getByText('Not kept')).toBeInTheDocument();
});

it('hides again by itself', async () => {
  await reveal();
  act(() => vi.advanceTimersByTime(shownMilliseconds));
  expect(screen.queryByText('+91 98110 00001')).not.toBeInTheDocument();
});

it('hides at once when the page goes out of sight', async () => {
  await reveal();
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
  act(() => void document.dispatchEvent(new Event('visibilitychange')));
  expect(screen.queryByText('+91 98110 00001')).not.toBeInTheDocument();
});
