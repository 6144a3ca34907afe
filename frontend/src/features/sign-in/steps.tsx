import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { lazy } from 'react';
import * as v from 'valibot';
import { ConfirmSecondFactorDocument, type SecondFactor, UseRecoveryCodeDocument } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { useMutate } from '@/lib/graphql';
import { passkeysWork } from '@/lib/passkey';
import { CodeForm } from '@/ui/code-form';
import { Form, TextField, useKitForm } from '@/ui/form';
import { PasskeyButton } from './passkey-button';

export interface StepProps {
  pendingToken: string;
  onArrive: (token: string, expiresAt: string | null) => void;
  /** The pending token has ended or was refused for good: back to the password. */
  onRestart: () => void;
}

/** A first factor was proved: the way in, and the recovery codes to keep before it is taken. */
export interface Enrolled {
  token: string;
  expiresAt: string | null;
  codes: string[];
}

export interface EnrolStepProps extends Omit<StepProps, 'onArrive'> {
  onEnrolled: (enrolled: Enrolled) => void;
}

interface CodeStepProps extends StepProps {
  /** What would do, the stronger first. */
  factors: SecondFactor[];
  onRecovery: () => void;
}

/** A passkey where there is one, or the six digits. */
export function CodeStep({ pendingToken, factors, onArrive, onRecovery, onRestart }: CodeStepProps) {
  const t = useT();
  const passkey = factors.includes('PASSKEY');
  const app = !passkey || factors.includes('TOTP');
  const [confirm, busy] = useMutate(ConfirmSecondFactorDocument);
  const give = async (code: string) => {
    const { data, refusals } = await confirm({ input: { pendingToken, code } });
    const payload = data?.confirmSecondFactor;
    if (!payload?.accessToken) return refusals[0]?.message;
    onArrive(payload.accessToken, payload.expiresAt);
  };
  return (
    <Stack gap="md">
      {passkey && <PasskeyButton pendingToken={pendingToken} onArrive={onArrive} />}
      {passkey && app && <Text size="sm">{t('signIn.orCode')}</Text>}
      {app && (
        <CodeForm
          onCode={give}
          busy={busy}
          submit={t('signIn.confirm')}
          size="md"
          variant={passkey ? 'default' : 'filled'}
          autoFocus={!passkey || !passkeysWork()}
        />
      )}
      <Group justify="space-between">
        <Anchor component="button" type="button" size="sm" onClick={onRecovery}>
          {t('signIn.useRecovery')}
        </Anchor>
        <Anchor component="button" type="button" size="sm" onClick={onRestart}>
          {t('signIn.startOver')}
        </Anchor>
      </Group>
    </Stack>
  );
}

const recoverySchema = v.object({ recoveryCode: v.pipe(v.string(), v.trim(), v.minLength(8, 'required')) });

export function RecoveryStep({
  pendingToken,
  onArrive,
  onEnrol,
  onRestart,
}: StepProps & { onEnrol: (pendingToken: string) => void }) {
  const t = useT();
  const kit = useKitForm(recoverySchema, { recoveryCode: '' });
  const [use, busy] = useMutate(UseRecoveryCodeDocument);
  return (
    <Form
      kit={kit}
      onSubmit={async ({ recoveryCode }) => {
        const { data, refusals } = await use({ input: { pendingToken, recoveryCode } });
        const payload = data?.useRecoveryCode;
        if (payload?.accessToken) onArrive(payload.accessToken, payload.expiresAt);
        else if (payload?.state === 'ENROLMENT' && payload.pendingToken) onEnrol(payload.pendingToken);
        else kit.refuse(refusals);
      }}
      actions={
        <Stack gap="md" w="100%">
          <Button type="submit" size="md" loading={busy}>
            {t('signIn.confirm')}
          </Button>
          <Group justify="end">
            <Anchor component="button" type="button" size="sm" onClick={onRestart}>
              {t('signIn.startOver')}
            </Anchor>
          </Group>
        </Stack>
      }
    >
      <TextField
        form={kit.form}
        name="recoveryCode"
        label={t('signIn.recoveryCode')}
        autoComplete="off"
        mono
      />
    </Form>
  );
}

/**
 * Drawing QR codes is heavy, and most people enrol once: loaded when needed. The recovery codes come in the same piece, so
 * they are there already when it is their turn, which comes only once.
 */
const enrolment = () => import('./enrol-step');
export const EnrolStep = lazy(() => enrolment().then((module) => ({ default: module.EnrolStep })));
export const CodesStep = lazy(() => enrolment().then((module) => ({ default: module.CodesStep })));
