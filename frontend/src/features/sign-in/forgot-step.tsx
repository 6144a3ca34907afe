import { Anchor, Button, Stack } from '@mantine/core';
import * as v from 'valibot';
import { RequestPasswordResetDocument } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { useMutate } from '@/lib/graphql';
import { Form, TextField, useKitForm } from '@/ui/form';

const schema = v.object({ email: v.pipe(v.string(), v.trim(), v.email('email')) });

/** Asks for a link. The answer is the same whether or not there is such an account. */
export function ForgotStep({ onAsked, onBack }: { onAsked: (email: string) => void; onBack: () => void }) {
  const t = useT();
  const kit = useKitForm(schema, { email: '' });
  const [request, busy] = useMutate(RequestPasswordResetDocument);
  return (
    <Form
      kit={kit}
      label={t('signIn.title.forgot')}
      onSubmit={async ({ email }) => {
        const { refusals } = await request({ email });
        if (!kit.refuse(refusals)) onAsked(email);
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
      <Back onBack={onBack} />
    </Form>
  );
}

/** A link may be on its way; whether there is such an account is not told. */
export function LinkSent({ email, onBack }: { email: string; onBack: () => void }) {
  const t = useT();
  return (
    <Stack gap="md">
      <p role="alert" style={{ margin: 0 }}>
        {t('signIn.linkSent', { email })}
      </p>
      <Back onBack={onBack} />
    </Stack>
  );
}

function Back({ onBack }: { onBack: () => void }) {
  const t = useT();
  return (
    <Anchor component="button" type="button" size="sm" style={{ alignSelf: 'start' }} onClick={onBack}>
      {t('signIn.backToSignIn')}
    </Anchor>
  );
}
