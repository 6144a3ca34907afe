import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import * as v from 'valibot';
import { ResetPasswordDocument } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { useMutate } from '@/lib/graphql';
import { Form, useKitForm } from '@/ui/form';
import { NewPasswordFields, newPassword, samePassword } from '@/ui/new-password';
import { SchemeToggle } from '@/ui/scheme-toggle';
import { Empty } from '@/ui/states';
import { Frame } from './frame';

/** Behind the mailed link: a new password. It signs nobody in. */
export function ResetPage() {
  const t = useT();
  const [token] = useState(() => location.hash.replace(/^#/, ''));
  const [done, setDone] = useState(false);
  // The token serves once more: it must not stay in the address bar, the history or a screenshot.
  useEffect(() => history.replaceState(history.state, '', location.pathname), []);
  const signIn = (
    <Button component={Link} to="/sign-in" size="md" fullWidth={done}>
      {t('reset.signIn')}
    </Button>
  );
  if (done) {
    return (
      <Frame title={t('reset.done')} text={t('reset.doneText')} tools={<SchemeToggle />}>
        {signIn}
      </Frame>
    );
  }
  return (
    <Frame
      title={t('reset.title')}
      text={token === '' ? undefined : t('reset.text')}
      tools={<SchemeToggle />}
    >
      {token === '' ? (
        <Empty title={t('reset.gone')} text={t('reset.goneText')} action={signIn} />
      ) : (
        <ResetForm token={token} onDone={() => setDone(true)} />
      )}
    </Frame>
  );
}

const schema = v.pipe(v.object(newPassword), samePassword());

function ResetForm({ token, onDone }: { token: string; onDone: () => void }) {
  const t = useT();
  const kit = useKitForm(schema, { password: '', repeat: '' });
  const [reset, busy] = useMutate(ResetPasswordDocument);
  return (
    <Form
      kit={kit}
      label={t('reset.title')}
      onSubmit={async ({ password }) => {
        const { refusals } = await reset({ input: { token, password } });
        if (!kit.refuse(refusals)) onDone();
      }}
      actions={
        <Button type="submit" size="md" fullWidth loading={busy}>
          {t('reset.submit')}
        </Button>
      }
    >
      <NewPasswordFields form={kit.form} label={t('reset.password')} again={t('reset.repeat')} />
    </Form>
  );
}
