import { Button } from '@mantine/core';
import { useCallback, useState } from 'react';
import { BeginEnrolmentDocument, ConfirmEnrolmentDocument } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { useMutate } from '@/lib/graphql';
import { AuthenticatorSetup } from '@/ui/authenticator-setup';
import { RecoveryCodes } from '@/ui/recovery-codes';
import type { StepProps } from './steps';

/** The first authenticator app, and the recovery codes to keep. */
export function EnrolStep({ pendingToken, onArrive, onRestart }: StepProps) {
  const t = useT();
  const [draw] = useMutate(BeginEnrolmentDocument);
  const [confirm, busy] = useMutate(ConfirmEnrolmentDocument);
  const [done, setDone] = useState<{ token: string; expiresAt: string | null; codes: string[] }>();
  const begin = useCallback(async () => {
    const { data, refusals } = await draw({ pendingToken });
    return { secret: data?.beginEnrolment, refusals };
  }, [draw, pendingToken]);
  const prove = async (code: string) => {
    const { data, refusals } = await confirm({ input: { pendingToken, code } });
    const payload = data?.confirmEnrolment;
    if (!payload?.accessToken) return refusals[0]?.message;
    setDone({
      token: payload.accessToken,
      expiresAt: payload.expiresAt,
      codes: payload.recoveryCodes ?? [],
    });
  };
  if (done) return <RecoveryCodes codes={done.codes} onDone={() => onArrive(done.token, done.expiresAt)} />;
  return (
    <AuthenticatorSetup
      begin={begin}
      onCode={prove}
      busy={busy}
      size="md"
      wayOut={
        <Button variant="default" onClick={onRestart}>
          {t('signIn.startOver')}
        </Button>
      }
    />
  );
}
