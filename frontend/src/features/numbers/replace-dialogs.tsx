import { notifications } from '@mantine/notifications';
import * as v from 'valibot';
import { ReplaceAppSecretDocument, ReplacePortfolioTokenDocument } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { useMutate } from '@/lib/graphql';
import { PasswordField, useKitForm } from '@/ui/form';
import { FormDialog } from '@/ui/form-dialog';

interface Named {
  id: string;
  name: string;
}

const tokenSchema = v.object({ token: v.pipe(v.string(), v.trim(), v.minLength(20, 'required')) });

/** A new system-user token, before the old one ends or after Meta has refused it. */
export function ReplaceToken({ portfolio, onClose }: { portfolio: Named; onClose: () => void }) {
  const t = useT();
  const kit = useKitForm(tokenSchema, { token: '' });
  const [replace, busy] = useMutate(ReplacePortfolioTokenDocument);
  return (
    <FormDialog
      opened
      title={t('numbers.replaceTokenOf', { name: portfolio.name })}
      kit={kit}
      submit={t('numbers.replace')}
      busy={busy}
      onClose={onClose}
      onSubmit={async ({ token }) => {
        const { refusals } = await replace({ id: portfolio.id, token });
        if (kit.refuse(refusals)) return;
        notifications.show({ message: t('numbers.tokenReplaced') });
        onClose();
      }}
    >
      <p style={{ margin: 0 }}>{t('numbers.replaceTokenText')}</p>
      <PasswordField
        form={kit.form}
        name="token"
        label={t('numbers.token')}
        description={t('numbers.tokenHint')}
        autoComplete="off"
        required
      />
    </FormDialog>
  );
}

const secretSchema = v.object({ secret: v.pipe(v.string(), v.trim(), v.minLength(16, 'required')) });

/** A new app secret: webhooks signed with the one before are taken too, so that none is lost in between. */
export function ReplaceAppSecret({ waba, onClose }: { waba: Named; onClose: () => void }) {
  const t = useT();
  const kit = useKitForm(secretSchema, { secret: '' });
  const [replace, busy] = useMutate(ReplaceAppSecretDocument);
  return (
    <FormDialog
      opened
      title={t('numbers.replaceSecretOf', { name: waba.name })}
      kit={kit}
      submit={t('numbers.replace')}
      busy={busy}
      onClose={onClose}
      onSubmit={async ({ secret }) => {
        const { refusals } = await replace({ wabaId: waba.id, secret });
        if (kit.refuse(refusals)) return;
        notifications.show({ message: t('numbers.secretReplaced') });
        onClose();
      }}
    >
      <p style={{ margin: 0 }}>{t('numbers.replaceSecretText')}</p>
      <PasswordField
        form={kit.form}
        name="secret"
        label={t('numbers.appSecret')}
        description={t('numbers.appSecretHint')}
        autoComplete="off"
        required
      />
    </FormDialog>
  );
}
