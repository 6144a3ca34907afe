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
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { TextField, type UserError, useKitForm } from '@/ui/form';
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
    const failed = (message: string | undefined): UserError[] => [
      { code: 'INTERNAL', message: message || t('problem.text') },
    ];
    const begun = await begin({});
    const { ceremony, userErrors } = begun.data?.beginPasskey ?? {};
    if (!ceremony) return userErrors?.length ? userErrors : failed(begun.problem?.message);
    const outcome = await makePasskey(ceremony.options);
    if ('failed' in outcome) return failed(t(`passkey.failed.${outcome.failed}`));
    const ended = await finish({ input: { id: ceremony.id, response: outcome.response, name } });
    return ended.data?.finishPasskey.userErrors ?? failed(ended.problem?.message);
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
        const { data, problem } = await rename({ id: passkey.id, name });
        const refusals = data?.renamePasskey.userErrors ?? [
          { code: 'INTERNAL', message: problem?.message || t('problem.text') },
        ];
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
    const { data, problem } = await remove({ id: passkey.id });
    const refusals = data?.removePasskey.userErrors.map((one) => one.message) ?? [
      problem?.message || t('problem.text'),
    ];
    setErrors(refusals);
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
