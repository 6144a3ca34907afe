import { Button, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useState } from 'react';
import { BeginReplacementDocument, ConfirmReplacementDocument } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { useMutate } from '@/lib/graphql';
import { CodeInput } from '@/ui/code-input';
import { CopyField } from '@/ui/copy';
import { GeneralErrors } from '@/ui/general-errors';
import { QrCode } from '@/ui/qr';
import { Loading } from '@/ui/states';

/** A secret for another authenticator app. The old app goes on until a code of the new one is given. */
export function ReplaceApp({ onDone }: { onDone: () => void }) {
  const t = useT();
  const [begin] = useMutate(BeginReplacementDocument);
  const [confirm, busy] = useMutate(ConfirmReplacementDocument);
  const [secret, setSecret] = useState<{ uri: string; manualKey: string }>();
  const [code, setCode] = useState('');
  const [error, setError] = useState<string>();
  useEffect(() => {
    void begin({}).then(({ data, refusals }) => {
      const payload = data?.beginReplacement;
      if (payload?.uri && payload.manualKey) setSecret({ uri: payload.uri, manualKey: payload.manualKey });
      else setError(refusals[0]?.message);
    });
  }, [begin]);
  const submit = async (digits: string) => {
    const { refusals } = await confirm({ code: digits });
    if (refusals.length === 0) {
      notifications.show({ message: t('account.appReplaced') });
      return onDone();
    }
    setCode('');
    setError(refusals[0]?.message);
  };
  if (!secret) return error ? <GeneralErrors messages={[error]} /> : <Loading lines={4} />;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (code.length === 6) void submit(code);
      }}
    >
      <Stack gap="md">
        <p style={{ margin: 0 }}>{t('account.replaceText')}</p>
        <QrCode value={secret.uri} label={t('signIn.qr')} />
        <CopyField label={t('signIn.manualKey')} value={secret.manualKey} />
        <CodeInput
          value={code}
          onChange={setCode}
          onComplete={submit}
          error={error}
          disabled={busy}
          label={t('signIn.firstCode')}
        />
        <Button type="submit" loading={busy} disabled={code.length !== 6}>
          {t('signIn.confirm')}
        </Button>
      </Stack>
    </form>
  );
}
