import { Anchor, Button } from '@mantine/core';
import { Suspense, useState } from 'react';
import * as v from 'valibot';
import { type SecondFactor, SendsMailDocument, SignInDocument, type SignInState } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { useGraph, useMutate } from '@/lib/graphql';
import { Form, PasswordField, TextField, useKitForm } from '@/ui/form';
import { SchemeToggle } from '@/ui/scheme-toggle';
import { useArrive } from './arrive';
import { ForgotStep, LinkSent } from './forgot-step';
import { Frame } from './frame';
import { CodeStep, CodesStep, type Enrolled, EnrolStep, RecoveryStep } from './steps';

type Stage =
  | { at: 'password' | 'forgot' }
  | { at: 'sent'; email: string }
  | { at: 'recovery' | 'enrol'; pendingToken: string }
  | { at: 'code'; pendingToken: string; factors: SecondFactor[] }
  | { at: 'codes'; enrolled: Enrolled };

const none = {};

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
  const words = stage.at === 'code' && stage.factors.includes('PASSKEY') ? 'passkey' : stage.at;
  return (
    <Frame title={t(`signIn.title.${words}`)} text={t(`signIn.text.${words}`)} tools={<SchemeToggle />}>
      {stage.at === 'password' && (
        <PasswordStep
          onPending={(state, pendingToken, factors) =>
            setStage(
              state === 'ENROLMENT' ? { at: 'enrol', pendingToken } : { at: 'code', pendingToken, factors },
            )
          }
          onForgot={() => setStage({ at: 'forgot' })}
          onArrive={arrive}
        />
      )}
      {stage.at === 'forgot' && (
        <ForgotStep onAsked={(email) => setStage({ at: 'sent', email })} onBack={restart} />
      )}
      {stage.at === 'sent' && <LinkSent email={stage.email} onBack={restart} />}
      {stage.at === 'code' && (
        <CodeStep
          pendingToken={stage.pendingToken}
          factors={stage.factors}
          onArrive={arrive}
          onRestart={restart}
          onRecovery={() => setStage({ at: 'recovery', pendingToken: stage.pendingToken })}
        />
      )}
      {stage.at === 'recovery' && (
        <RecoveryStep
          pendingToken={stage.pendingToken}
          onArrive={(token, expiresAt) => arrive(token, expiresAt, '/security/sessions')}
          onRestart={restart}
          onEnrol={(pendingToken) => setStage({ at: 'enrol', pendingToken })}
        />
      )}
      <Suspense fallback={null}>
        {stage.at === 'enrol' && (
          <EnrolStep
            pendingToken={stage.pendingToken}
            onEnrolled={(enrolled) => setStage({ at: 'codes', enrolled })}
            onRestart={restart}
          />
        )}
        {stage.at === 'codes' && <CodesStep enrolled={stage.enrolled} onArrive={arrive} />}
      </Suspense>
    </Frame>
  );
}

interface PasswordStepProps {
  onPending: (state: SignInState, pendingToken: string, factors: SecondFactor[]) => void;
  onForgot: () => void;
  onArrive: (token: string, expiresAt: string | null) => void;
}

function PasswordStep({ onPending, onForgot, onArrive }: PasswordStepProps) {
  const t = useT();
  const mails = useGraph(SendsMailDocument, none).data?.sendsMail;
  const kit = useKitForm(schema, { email: '', password: '' });
  const [signIn, busy] = useMutate(SignInDocument);
  return (
    <Form
      kit={kit}
      label={t('signIn.title.password')}
      onSubmit={async (input) => {
        const { data, refusals } = await signIn({ input });
        const payload = data?.signIn;
        if (payload?.accessToken) onArrive(payload.accessToken, payload.expiresAt);
        else if (payload?.state && payload.pendingToken)
          onPending(payload.state, payload.pendingToken, payload.secondFactors);
        else {
          kit.form.resetField('password');
          kit.refuse(refusals.map((one) => ({ ...one, field: null }))); // which of the two was wrong is not told
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
      {mails && (
        <Anchor component="button" type="button" size="sm" style={{ alignSelf: 'start' }} onClick={onForgot}>
          {t('signIn.forgot')}
        </Anchor>
      )}
    </Form>
  );
}
