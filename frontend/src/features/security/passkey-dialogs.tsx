import { useState } from 'react';
import * as v from 'valibot';
import {
  BeginPasskeyDocument,
  FinishPasskeyDocument,
  type PasskeysQuery,
  RemovePasskeyDocument,
  RenamePasskeyDocument,
} from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { readAgent } from '@/lib/agent';
import { useMutate } from '@/lib/graphql';
import { makePasskey } from '@/lib/passkey';
import type { UserError } from '@/lib/problem';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { TextField, useKitForm } from '@/ui/form';
import { FormDialog } from '@/ui/form-dialog';

type Passkey = PasskeysQuery['passkeys'][number];

const schema = v.object({
  name: v.pipe(v.string(), v.trim(), v.minLength(1, 'required'), v.maxLength(100, 'tooLong')),
});

interface DialogProps {
  onClose: () => void;
  onDone: () => void;
}

export function AddPasskey({ onClose, onDone }: DialogProps) {
  const t = useT();
  const kit = useKitForm(schema, { name: readAgent(navigator.userAgent).system ?? '' });
  const [begin] = useMutate(BeginPasskeyDocument);
  const [finish] = useMutate(FinishPasskeyDocument);
  const [busy, setBusy] = useState(false);
  const add = async (name: string): Promise<UserError[]> => {
    const begun = await begin({});
    const ceremony = begun.data?.beginPasskey.ceremony;
    if (!ceremony) return begun.refusals;
    const outcome = await makePasskey(ceremony.options);
    if ('failed' in outcome)
      return [{ code: outcome.failed, message: t(`passkey.failed.${outcome.failed}`) }];
    const ended = await finish({ input: { id: ceremony.id, response: outcome.response, name } });
    return ended.refusals;
  };
  return (
    <FormDialog
      opened
      title={t('account.addPasskey')}
      kit={kit}
      submit={t('account.addPasskey')}
      busy={busy}
      onClose={onClose}
      onSubmit={async ({ name }) => {
        setBusy(true);
        const refusals = await add(name);
        setBusy(false);
        if (!kit.refuse(refusals)) onDone();
      }}
    >
      <p style={{ margin: 0 }}>{t('account.addPasskeyText')}</p>
      <TextField
        form={kit.form}
        name="name"
        label={t('account.passkeyName')}
        description={t('account.passkeyNameHint')}
        maxLength={100}
        required
      />
    </FormDialog>
  );
}

export function RenamePasskey({ passkey, onClose, onDone }: DialogProps & { passkey: Passkey }) {
  const t = useT();
  const kit = useKitForm(schema, { name: passkey.name });
  const [rename, busy] = useMutate(RenamePasskeyDocument);
  return (
    <FormDialog
      opened
      title={t('account.renameTitle')}
      kit={kit}
      submit={t('account.rename')}
      busy={busy}
      onClose={onClose}
      onSubmit={async ({ name }) => {
        const { refusals } = await rename({ id: passkey.id, name });
        if (!kit.refuse(refusals)) onDone();
      }}
    >
      <TextField form={kit.form} name="name" label={t('account.passkeyName')} maxLength={100} required />
    </FormDialog>
  );
}

export function RemovePasskey({ passkey, onClose, onDone }: DialogProps & { passkey: Passkey }) {
  const t = useT();
  const [remove, busy] = useMutate(RemovePasskeyDocument);
  const [errors, setErrors] = useState<string[]>([]);
  const run = async () => {
    const { refusals } = await remove({ id: passkey.id });
    setErrors(refusals.map((one) => one.message));
    if (refusals.length === 0) onDone();
  };
  return (
    <ConfirmDialog
      opened
      title={t('account.removeTitle', { name: passkey.name })}
      confirm={t('account.remove')}
      danger
      errors={errors}
      busy={busy}
      onConfirm={() => void run()}
      onClose={onClose}
    >
      {t('account.removeText')}
    </ConfirmDialog>
  );
}
