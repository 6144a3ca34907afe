import { Button } from '@mantine/core';
import { useCallback } from 'react';
import { BeginEnrolmentDocument, ConfirmEnrolmentDocument } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { useMutate } from '@/lib/graphql';
import { AuthenticatorSetup } from '@/ui/authenticator-setup';
import { RecoveryCodes } from '@/ui/recovery-codes';
import type { Enrolled, EnrolStepProps } from './steps';

/** The first authenticator app. */
export function EnrolStep({ pendingToken, onEnrolled, onRestart }: EnrolStepProps) {
  const t = useT();
  const [draw] = useMutate(BeginEnrolmentDocument);
  const [confirm, busy] = useMutate(ConfirmEnrolmentDocument);
  const begin = useCallback(async () => {
    const { data, refusals } = await draw({ pendingToken });
    return { secret: data?.beginEnrolment, refusals };
  }, [draw, pendingToken]);
  const prove = async (code: string) => {
    const { data, refusals } = await confirm({ input: { pendingToken, code } });
    const payload = data?.confirmEnrolment;
    if (!payload?.accessToken) return refusals[0]?.message;
    onEnrolled({
      token: payload.accessToken,
      expiresAt: payload.expiresAt,
      codes: payload.recoveryCodes ?? [],
    });
  };
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

/** The recovery codes of a new enrolment, before the way in. */
export function CodesStep({
  enrolled,
  onArrive,
}: {
  enrolled: Enrolled;
  onArrive: (token: string, expiresAt: string | null) => void;
}) {
  return <RecoveryCodes codes={enrolled.codes} onDone={() => onArrive(enrolled.token, enrolled.expiresAt)} />;
}
