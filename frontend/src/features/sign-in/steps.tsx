import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { lazy, useState } from 'react';
import * as v from 'valibot';
import { ConfirmSecondFactorDocument, type SecondFactor, UseRecoveryCodeDocument } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { useMutate } from '@/lib/graphql';
import { passkeysWork } from '@/lib/passkey';
import { CodeInput } from '@/ui/code-input';
import { Form, TextField, useKitForm } from '@/ui/form';
import { PasskeyButton } from './passkey-button';

export interface StepProps {
  pendingToken: string;
  onArrive: (token: string, expiresAt: string | null) => void;
  /** The pending token has ended or was refused for good: back to the password. */
  onRestart: () => void;
}

interface CodeStepProps extends StepProps {
  /** What would do, the stronger first. */
  factors: SecondFactor[];
  onRecovery: () => void;
}

/** A passkey where there is one, or the six digits. Wrong ones clear the box, so that the next can be typed at once. */
export function CodeStep({ pendingToken, factors, onArrive, onRecovery, onRestart }: CodeStepProps) {
  const t = useT();
  const passkey = factors.includes('PASSKEY');
  const app = !passkey || factors.includes('TOTP');
  const [code, setCode] = useState('');
  const [error, setError] = useState<string>();
  const [confirm, busy] = useMutate(ConfirmSecondFactorDocument);
  const submit = async (digits: string) => {
    const { data, refusals } = await confirm({ input: { pendingToken, code: digits } });
    const payload = data?.confirmSecondFactor;
    if (payload?.accessToken) return onArrive(payload.accessToken, payload.expiresAt);
    setCode('');
    setError(refusals[0]?.message);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (code.length === 6) void submit(code);
      }}
    >
      <Stack gap="md">
        {passkey && <PasskeyButton pendingToken={pendingToken} onArrive={onArrive} />}
        {passkey && app && <Text size="sm">{t('signIn.orCode')}</Text>}
        {app && (
          <>
            <CodeInput
              value={code}
              onChange={setCode}
              onComplete={submit}
              error={error}
              disabled={busy}
              autoFocus={!passkey || !passkeysWork()}
            />
            <Button
              type="submit"
              size="md"
              variant={passkey ? 'default' : 'filled'}
              loading={busy}
              disabled={code.length !== 6}
            >
              {t('signIn.confirm')}
            </Button>
          </>
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
    </form>
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

/** Drawing QR codes is heavy, and most people enrol once: loaded when needed. */
export const EnrolStep = lazy(() => import('./enrol-step').then((module) => ({ default: module.EnrolStep })));
