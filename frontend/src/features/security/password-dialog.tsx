import { notifications } from '@mantine/notifications';
import * as v from 'valibot';
import { ChangePasswordDocument } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { useMutate } from '@/lib/graphql';
import { useViewer } from '@/lib/viewer';
import { PasswordField, useKitForm } from '@/ui/form';
import { FormDialog } from '@/ui/form-dialog';
import { NewPasswordFields, newPassword, samePassword } from '@/ui/new-password';

const schema = v.pipe(
  v.object({
    currentPassword: v.pipe(v.string(), v.minLength(1, 'required')),
    ...newPassword,
  }),
  samePassword(),
);

interface PasswordDialogProps {
  onClose: () => void;
  onChanged: () => void;
}

/** A new password for who knows the present one. */
export function PasswordDialog({ onClose, onChanged }: PasswordDialogProps) {
  const t = useT();
  const { user } = useViewer();
  const kit = useKitForm(schema, { currentPassword: '', password: '', repeat: '' });
  const [change, busy] = useMutate(ChangePasswordDocument);
  return (
    <FormDialog
      opened
      title={t('account.changePassword')}
      kit={kit}
      submit={t('account.changePassword')}
      busy={busy}
      onClose={onClose}
      onSubmit={async ({ currentPassword, password }) => {
        const { refusals } = await change({ input: { currentPassword, password } });
        if (kit.refuse(refusals)) return;
        notifications.show({ message: t('account.passwordChanged') });
        onChanged();
        onClose();
      }}
    >
      {/* Lets password managers store the new password under the right name. */}
      <input type="email" autoComplete="username" value={user.email} readOnly hidden />
      <PasswordField
        form={kit.form}
        name="currentPassword"
        label={t('account.currentPassword')}
        autoComplete="current-password"
        required
      />
      <NewPasswordFields form={kit.form} label={t('reset.password')} again={t('reset.repeat')} />
      <p style={{ margin: 0 }}>{t('account.othersEnd')}</p>
    </FormDialog>
  );
}
