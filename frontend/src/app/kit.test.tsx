import { MantineProvider } from '@mantine/core';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { type ReactNode, useState } from 'react';
import { IntlProvider } from 'react-intl';
import * as v from 'valibot';
import { describe, expect, it, vi } from 'vitest';
import { locales } from '@/i18n/portal';
import { compare } from '@/lib/delta';
import { CodeInput } from '@/ui/code-input';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { DataTable } from '@/ui/data-table';
import { assignErrors, Form, PasswordField, TextField, useKitForm } from '@/ui/form';
import { JobProgress } from '@/ui/job-progress';
import { KpiCard } from '@/ui/kpi-card';
import { PhonePreview } from '@/ui/phone-preview';
import { ErrorState } from '@/ui/states';
import { Wizard } from '@/ui/wizard';
import { theme } from './theme';

function show(node: ReactNode) {
  return render(
    <IntlProvider locale="en" messages={locales.en}>
      <MantineProvider env="test" theme={theme} withCssVariables={false} withGlobalClasses={false}>
        {node}
      </MantineProvider>
    </IntlProvider>,
  );
}

const people = ['Asha', 'Rohan', 'Meera'].map((name, index) => ({ id: String(index), name }));
interface Person {
  id: string;
  name: string;
}

const table = {
  id: 'people',
  label: 'People',
  columns: [
    { id: 'name', header: 'Name', cell: (row: Person) => row.name },
    { id: 'id', header: 'Id', cell: (row: Person) => row.id, optional: true, sort: 'ID' },
  ],
  rows: people,
  rowId: (row: Person) => row.id,
  fetching: false,
  problem: null,
  empty: <p>nobody</p>,
};

describe('DataTable', () => {
  it('moves between rows by keys and opens with Enter', async () => {
    const open = vi.fn();
    show(<DataTable {...table} onOpen={open} />);
    const [, first, second] = screen.getAllByRole('row');
    first!.focus();
    await userEvent.keyboard('j');
    expect(second).toHaveFocus();
    await userEvent.keyboard('{ArrowUp}');
    expect(first).toHaveFocus();
    await userEvent.keyboard('{End}{Enter}');
    expect(open).toHaveBeenCalledWith(people[2]);
  });
  it('hides a column, and never the first', async () => {
    show(<DataTable {...table} id="chooser" />);
    await userEvent.click(screen.getByRole('button', { name: 'Choose columns' }));
    expect(await screen.findAllByRole('menuitemcheckbox')).toHaveLength(1);
    await userEvent.click(screen.getByRole('menuitemcheckbox', { name: 'Id' }));
    expect(screen.queryByRole('columnheader', { name: 'Id' })).toBeNull();
  });
  it('asks for an order of the whitelist only', async () => {
    const sort = vi.fn();
    show(<DataTable {...table} onSort={sort} />);
    expect(within(screen.getByRole('columnheader', { name: 'Name' })).queryByRole('button')).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Id' }));
    expect(sort).toHaveBeenCalledWith({ key: 'ID', descending: true });
  });
  it.each([
    ['nothing', { rows: [] }, 'nobody'],
    [
      'a refusal',
      { rows: [], problem: { code: 'FORBIDDEN', message: '', requestId: null, retryAfter: null } },
      'Not part of your role',
    ],
    [
      'a failure',
      { rows: [], problem: { code: 'NETWORK', message: '', requestId: null, retryAfter: null } },
      'No connection to the server',
    ],
  ])('shows %s in its place', (_, part, text) => {
    show(<DataTable {...table} {...part} />);
    expect(screen.getByText(text)).toBeVisible();
  });
  it('opens nothing when a control inside of the row is clicked', async () => {
    const open = vi.fn();
    const run = vi.fn();
    show(<DataTable {...table} onOpen={open} actions={() => [{ label: 'Do', run }]} />);
    await userEvent.click(screen.getAllByRole('button', { name: 'Actions' })[0]!);
    await userEvent.click(await screen.findByRole('menuitem', { name: 'Do' }));
    expect(run).toHaveBeenCalledWith(people[0]);
    expect(open).not.toHaveBeenCalled();
  });
});

describe('Form', () => {
  const schema = v.object({ name: v.pipe(v.string(), v.minLength(1, 'required')) });
  function Sample({ onSend }: { onSend: () => void }) {
    const kit = useKitForm(schema, { name: '' });
    return (
      <Form
        kit={kit}
        onSubmit={() => {
          onSend();
          kit.refuse([
            { field: 'input.name', code: 'CONFLICT', message: 'That name is taken.' },
            { field: 'elsewhere', code: 'LIMITED', message: 'Too many today.' },
          ]);
        }}
        actions={<button type="submit">Save</button>}
      >
        <TextField form={kit.form} name="name" label="Name" />
      </Form>
    );
  }
  it('stops at a local rule, and puts refusals where they belong', async () => {
    const send = vi.fn();
    show(<Sample onSend={send} />);
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('This is needed.')).toBeVisible();
    expect(send).not.toHaveBeenCalled();
    await userEvent.type(screen.getByLabelText('Name'), 'x');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('That name is taken.')).toBeVisible();
    expect(screen.getByRole('alert')).toHaveTextContent('Too many today.');
    expect(screen.getByLabelText('Name')).toHaveFocus();
  });
  it('splits refusals into known fields and the rest', () => {
    const known = (path: string) => path === 'a.0.b';
    const errors = [
      { field: 'input.a.0.b', code: 'INVALID', message: '1' },
      { field: null, code: 'INVALID', message: '2' },
      { field: 'c', code: 'INVALID', message: '3' },
    ];
    expect(assignErrors(errors, known)).toEqual({ fields: [['a.0.b', '1']], rest: ['2', '3'] });
  });
});

describe('Wizard', () => {
  function Sample() {
    const [step, setStep] = useState<'a' | 'b'>('a');
    const [text, setText] = useState('');
    const field = (
      <input aria-label="Answer" value={text} onChange={(event) => setText(event.target.value)} />
    );
    return (
      <Wizard
        label="Steps"
        current={step}
        onStep={setStep}
        steps={[
          { id: 'a', label: 'First', ready: text !== '', content: field },
          { id: 'b', label: 'Second', ready: true, content: 'end' },
        ]}
      />
    );
  }
  it('keeps answers when going back', async () => {
    show(<Sample />);
    expect(screen.getByRole('button', { name: 'Continue' })).toBeDisabled();
    await userEvent.type(screen.getByLabelText('Answer'), 'kept');
    await userEvent.click(screen.getByRole('button', { name: 'Continue' }));
    expect(screen.getByText('Second').closest('li')).toHaveAttribute('aria-current', 'step');
    await userEvent.click(screen.getByRole('button', { name: 'Back' }));
    expect(screen.getByLabelText('Answer')).toHaveValue('kept');
  });
});

describe('KpiCard', () => {
  it('says in words which way is good', () => {
    show(<KpiCard label="Opt-outs" value="80" delta={compare(80, 100, 'down')} />);
    expect(screen.getByText(/less than before, better/)).toBeVisible();
    expect(screen.getByText('20.0%')).toBeVisible();
  });
  it('gives the reason for a missing value', () => {
    show(<KpiCard label="Spend" value="–" unavailable="No price reported yet" />);
    expect(screen.getByText('No price reported yet')).toBeVisible();
  });
});

it('lets a code be pasted with spaces, and tells when it is whole', async () => {
  const complete = vi.fn();
  function Sample() {
    const [code, setCode] = useState('');
    return <CodeInput value={code} onChange={setCode} onComplete={complete} />;
  }
  show(<Sample />);
  const box = screen.getByLabelText('Six-digit code');
  expect(box).toHaveAttribute('autocomplete', 'one-time-code');
  await userEvent.click(box);
  await userEvent.paste('123 456');
  expect(complete).toHaveBeenCalledExactlyOnceWith('123456');
});

it('lets a password be pasted as it is, however long, and a manager fill it in', async () => {
  const given = vi.fn();
  const pasted = ` ${'pässword 🔑 '.repeat(20)} `;
  function Sample() {
    const kit = useKitForm(v.object({ password: v.string() }), { password: '' });
    return (
      <Form
        kit={kit}
        onSubmit={(values) => given(values.password)}
        actions={<button type="submit">Go on</button>}
      >
        <PasswordField form={kit.form} name="password" label="Password" autoComplete="current-password" />
      </Form>
    );
  }
  show(<Sample />);
  const box = screen.getByLabelText('Password');
  expect(box).toHaveAttribute('type', 'password');
  expect(box).toHaveAttribute('autocomplete', 'current-password');
  expect(box).not.toHaveAttribute('maxlength');
  await userEvent.click(box);
  await userEvent.paste(pasted);
  await userEvent.click(screen.getByRole('button', { name: 'Go on' }));
  await waitFor(() => expect(given).toHaveBeenCalledExactlyOnceWith(pasted));
});

it('does what cannot be undone only after the words are typed', async () => {
  const confirm = vi.fn();
  show(
    <ConfirmDialog
      opened
      title="Delete"
      confirm="Delete it"
      typed="winback"
      onConfirm={confirm}
      onClose={() => {}}
    />,
  );
  const button = await screen.findByRole('button', { name: 'Delete it' });
  expect(button).toBeDisabled();
  await userEvent.type(screen.getByLabelText('Type “winback” to confirm'), 'winback');
  await waitFor(() => expect(button).toBeEnabled());
  await userEvent.click(button);
  expect(confirm).toHaveBeenCalledOnce();
});

it('shows the request id of a failure', () => {
  show(
    <ErrorState problem={{ code: 'UNAVAILABLE', message: 'Away.', requestId: 'req_7', retryAfter: null }} />,
  );
  expect(screen.getByRole('alert')).toHaveTextContent('req_7');
});

it('tells progress to screen readers, and none where the total is not known', () => {
  const { rerender } = show(<JobProgress label="Import" done={40} total={100} failed={2} running />);
  expect(screen.getByRole('progressbar', { name: 'Import' })).toHaveAttribute('aria-valuenow', '40');
  rerender(
    <IntlProvider locale="en" messages={locales.en}>
      <MantineProvider>
        <JobProgress label="Import" done={40} total={null} failed={2} running />
      </MantineProvider>
    </IntlProvider>,
  );
  expect(screen.getByRole('progressbar')).not.toHaveAttribute('aria-valuenow');
});

describe('PhonePreview', () => {
  const message = {
    brand: 'Kaveri',
    language: 'en',
    marketing: false,
    body: 'Hello *{{1}}*',
    bodyValues: { 1: 'Asha' },
    buttons: [],
  };
  const button = (text: string) => ({ kind: 'QUICK_REPLY' as const, text });
  it('reads the message as plain text', () => {
    show(<PhonePreview message={message} />);
    expect(screen.getByRole('figure')).toHaveTextContent('Hello Asha');
  });
  it('shows three buttons, and from four on two and a list', async () => {
    const { unmount } = show(<PhonePreview message={{ ...message, buttons: ['A', 'B', 'C'].map(button) }} />);
    expect(screen.queryByText('See all options')).toBeNull();
    unmount();
    show(<PhonePreview message={{ ...message, buttons: ['A', 'B', 'C', 'D'].map(button) }} />);
    expect(screen.queryByText('C')).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'See all options' }));
    expect(screen.getByText('D')).toBeVisible();
  });
});
