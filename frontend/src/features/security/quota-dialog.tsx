import { notifications } from '@mantine/notifications';
import * as v from 'valibot';
import { type ApiKeyFieldsFragment, SetApiKeyQuotaDocument } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { useMutate } from '@/lib/graphql';
import { TextField, useKitForm } from '@/ui/form';
import { FormDialog } from '@/ui/form-dialog';
import { quota } from './whole';

const schema = v.object({ quota });

interface QuotaDialogProps {
  apiKey: ApiKeyFieldsFragment;
  onClose: () => void;
  onChanged: () => void;
}

/** How many requests a minute a key may make. */
export function QuotaDialog({ apiKey, onClose, onChanged }: QuotaDialogProps) {
  const t = useT();
  const [setQuota, busy] = useMutate(SetApiKeyQuotaDocument);
  const kit = useKitForm(schema, { quota: String(apiKey.quota) });
  return (
    <FormDialog
      opened
      title={t('keys.quotaTitle', { name: apiKey.name })}
      kit={kit}
      submit={t('keys.changeQuota')}
      busy={busy}
      onClose={onClose}
      onSubmit={async (input) => {
        const { refusals } = await setQuota({ id: apiKey.id, quota: Number(input.quota) });
        if (kit.refuse(refusals)) return;
        notifications.show({ message: t('keys.quotaChanged', { name: apiKey.name }) });
        onChanged();
        onClose();
      }}
    >
      <TextField
        form={kit.form}
        name="quota"
        label={t('keys.quota')}
        description={t('keys.quotaHint')}
        inputMode="numeric"
        autoComplete="off"
        required
      />
    </FormDialog>
  );
}
