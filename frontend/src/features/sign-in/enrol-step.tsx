import { Button, Stack } from '@mantine/core';
import { useEffect, useState } from 'react';
import { BeginEnrolmentDocument, ConfirmEnrolmentDocument } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { useMutate } from '@/lib/graphql';
import { CodeInput } from '@/ui/code-input';
import { CopyField } from '@/ui/copy';
import { GeneralErrors } from '@/ui/general-errors';
import { QrCode } from '@/ui/qr';
import { RecoveryCodes } from '@/ui/recovery-codes';
import { Loading } from '@/ui/states';
import type { StepProps } from './steps';

/** A new authenticator secret: scan or type it, prove it, keep the recovery codes. */
export function EnrolStep({ pendingToken, onArrive, onRestart }: StepProps) {
  const t = useT();
  const [begin] = useMutate(BeginEnrolmentDocument);
  const [confirm, busy] = useMutate(ConfirmEnrolmentDocument);
  const [secret, setSecret] = useState<{ uri: string; manualKey: string }>();
  const [code, setCode] = useState('');
  const [error, setError] = useState<string>();
  const [done, setDone] = useState<{ token: string; expiresAt: string | null; codes: string[] }>();
  useEffect(() => {
    void begin({ pendingToken }).then(({ data, refusals }) => {
      const payload = data?.beginEnrolment;
      if (payload?.uri && payload.manualKey) setSecret({ uri: payload.uri, manualKey: payload.manualKey });
      else setError(refusals[0]?.message);
    });
  }, [begin, pendingToken]);
  const submit = async (digits: string) => {
    const { data, refusals } = await confirm({ input: { pendingToken, code: digits } });
    const payload = data?.confirmEnrolment;
    if (payload?.accessToken) {
      setDone({
        token: payload.accessToken,
        expiresAt: payload.expiresAt,
        codes: payload.recoveryCodes ?? [],
      });
      return;
    }
    setCode('');
    setError(refusals[0]?.message);
  };
  if (done) return <RecoveryCodes codes={done.codes} onDone={() => onArrive(done.token, done.expiresAt)} />;
  if (!secret) {
    return error ? (
      <Stack>
        <GeneralErrors messages={[error]} />
        <Button variant="default" onClick={onRestart}>
          {t('signIn.startOver')}
        </Button>
      </Stack>
    ) : (
      <Loading lines={4} />
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (code.length === 6) void submit(code);
      }}
    >
      <Stack gap="md">
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
        <Button type="submit" size="md" loading={busy} disabled={code.length !== 6}>
          {t('signIn.confirm')}
        </Button>
      </Stack>
    </form>
  );
}
