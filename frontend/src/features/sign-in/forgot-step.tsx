import { Anchor, Button, Stack } from '@mantine/core';
import { useState } from 'react';
import * as v from 'valibot';
import { RequestPasswordResetDocument } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { useMutate } from '@/lib/graphql';
import { Form, TextField, useKitForm } from '@/ui/form';

const schema = v.object({ email: v.pipe(v.string(), v.trim(), v.email('email')) });

/** Asks for a link. The answer is the same whether or not there is such an account. */
export function ForgotStep({ onBack }: { onBack: () => void }) {
  const t = useT();
  const kit = useKitForm(schema, { email: '' });
  const [request, busy] = useMutate(RequestPasswordResetDocument);
  const [asked, setAsked] = useState<string>();
  const back = (
    <Anchor component="button" type="button" size="sm" style={{ alignSelf: 'start' }} onClick={onBack}>
      {t('signIn.backToSignIn')}
    </Anchor>
  );
  if (asked) {
    return (
      <Stack gap="md">
        <p role="alert" style={{ margin: 0 }}>
          {t('signIn.linkSent', { email: asked })}
        </p>
        {back}
      </Stack>
    );
  }
  return (
    <Form
      kit={kit}
      label={t('signIn.title.forgot')}
      onSubmit={async ({ email }) => {
        const { refusals } = await request({ email });
        if (!kit.refuse(refusals)) setAsked(email);
      }}
      actions={
        <Button type="submit" size="md" fullWidth loading={busy}>
          {t('signIn.sendLink')}
        </Button>
      }
    >
      <TextField
        form={kit.form}
        name="email"
        type="email"
        label={t('signIn.email')}
        autoComplete="username"
        inputMode="email"
        autoFocus
      />
      {back}
    </Form>
  );
}
