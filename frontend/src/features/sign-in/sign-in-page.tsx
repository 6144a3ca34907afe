import { Button } from '@mantine/core';
import { Suspense, useState } from 'react';
import * as v from 'valibot';
import { SignInDocument, type SignInState } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { useMutate } from '@/lib/graphql';
import { Form, PasswordField, TextField, useKitForm } from '@/ui/form';
import { SchemeToggle } from '@/ui/scheme-toggle';
import { useArrive } from './arrive';
import { Frame } from './frame';
import { CodeStep, EnrolStep, RecoveryStep } from './steps';

type Stage = { at: 'password' } | { at: 'code' | 'recovery' | 'enrol'; pendingToken: string };

const schema = v.object({
  email: v.pipe(v.string(), v.trim(), v.email('email')),
  password: v.pipe(v.string(), v.minLength(1, 'required')),
});

/** Password, then the second factor; who has none yet enrols one. */
export function SignInPage() {
  const t = useT();
  const arrive = useArrive();
  const [stage, setStage] = useState<Stage>({ at: 'password' });
  const restart = () => setStage({ at: 'password' });
  return (
    <Frame title={t(`signIn.title.${stage.at}`)} text={t(`signIn.text.${stage.at}`)} tools={<SchemeToggle />}>
      {stage.at === 'password' && (
        <PasswordStep
          onPending={(state, pendingToken) =>
            setStage({ at: state === 'ENROLMENT' ? 'enrol' : 'code', pendingToken })
          }
          onArrive={arrive}
        />
      )}
      {stage.at === 'code' && (
        <CodeStep
          pendingToken={stage.pendingToken}
          onArrive={arrive}
          onRestart={restart}
          onRecovery={() => setStage({ ...stage, at: 'recovery' })}
        />
      )}
      {stage.at === 'recovery' && (
        <RecoveryStep
          pendingToken={stage.pendingToken}
          onArrive={arrive}
          onRestart={restart}
          onEnrol={(pendingToken) => setStage({ at: 'enrol', pendingToken })}
        />
      )}
      {stage.at === 'enrol' && (
        <Suspense fallback={null}>
          <EnrolStep pendingToken={stage.pendingToken} onArrive={arrive} onRestart={restart} />
        </Suspense>
      )}
    </Frame>
  );
}

interface PasswordStepProps {
  onPending: (state: SignInState, pendingToken: string) => void;
  onArrive: (token: string, expiresAt: string | null) => void;
}

function PasswordStep({ onPending, onArrive }: PasswordStepProps) {
  const t = useT();
  const kit = useKitForm(schema, { email: '', password: '' });
  const [signIn, busy] = useMutate(SignInDocument);
  return (
    <Form
      kit={kit}
      label={t('signIn.title.password')}
      onSubmit={async (input) => {
        const { data, problem } = await signIn({ input });
        const payload = data?.signIn;
        if (payload?.accessToken) onArrive(payload.accessToken, payload.expiresAt);
        else if (payload?.state && payload.pendingToken) onPending(payload.state, payload.pendingToken);
        else {
          kit.form.resetField('password');
          const refusals = payload?.userErrors.map((one) => ({ ...one, field: null })) ?? [];
          kit.refuse(
            refusals.length > 0
              ? refusals
              : [{ code: 'INTERNAL', message: problem?.message || t('problem.text') }],
          );
        }
      }}
      actions={
        <Button type="submit" size="md" fullWidth loading={busy}>
          {t('signIn.submit')}
        </Button>
      }
    >
      <TextField
        form={kit.form}
        name="email"
        type="email"
        label={t('signIn.email')}
        autoComplete="username"
        inputMode="email"
        autoFocus
      />
      <PasswordField
        form={kit.form}
        name="password"
        label={t('signIn.password')}
        autoComplete="current-password"
      />
    </Form>
  );
}
