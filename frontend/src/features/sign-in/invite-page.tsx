import { Button } from '@mantine/core';
import { Suspense, useEffect, useState } from 'react';
import * as v from 'valibot';
import { AcceptInviteDocument, InviteDocument, type InviteQuery } from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { useAsk, useMutate } from '@/lib/graphql';
import type { Problem } from '@/lib/problem';
import { Form, TextField, useKitForm } from '@/ui/form';
import { NewPasswordFields, newPassword, samePassword } from '@/ui/new-password';
import { SchemeToggle } from '@/ui/scheme-toggle';
import { Empty, ErrorState, Loading } from '@/ui/states';
import { useArrive } from './arrive';
import { Frame } from './frame';
import { CodesStep, type Enrolled, EnrolStep } from './steps';

type Invite = NonNullable<InviteQuery['invite']>;
type Stage = { at: 'accept' } | { at: 'enrol'; pendingToken: string } | { at: 'codes'; enrolled: Enrolled };

/** The one-time address handed to a new person: choose a password, then enrol the second factor. */
export function InvitePage() {
  const t = useT();
  const arrive = useArrive();
  const ask = useAsk(InviteDocument);
  const [token] = useState(() => location.hash.replace(/^#/, ''));
  const [invite, setInvite] = useState<Invite | null>();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [stage, setStage] = useState<Stage>({ at: 'accept' });
  useEffect(() => {
    void ask({ token }).then((answer) => {
      setProblem(answer.problem);
      setInvite(answer.data?.invite ?? null);
    });
  }, [ask, token]);
  const restart = () => location.assign('/sign-in');
  if (invite === undefined) {
    return (
      <Frame title={t('invite.title')} tools={<SchemeToggle />}>
        <Loading />
      </Frame>
    );
  }
  if (invite === null) {
    return (
      <Frame title={t('invite.title')} tools={<SchemeToggle />}>
        {problem && problem.code !== 'NOT_FOUND' ? (
          <ErrorState problem={problem} />
        ) : (
          <Empty title={t('invite.gone')} text={t('invite.goneText')} />
        )}
      </Frame>
    );
  }
  if (stage.at === 'accept') {
    return (
      <Frame
        title={t('invite.welcome', { brand: invite.brand })}
        text={t('invite.text', { email: invite.email, role: enumLabel(t, 'role', invite.role) })}
        tools={<SchemeToggle />}
      >
        <AcceptForm
          token={token}
          email={invite.email}
          onPending={(pendingToken) => setStage({ at: 'enrol', pendingToken })}
          onArrive={arrive}
        />
      </Frame>
    );
  }
  return (
    <Frame title={t(`signIn.title.${stage.at}`)} text={t(`signIn.text.${stage.at}`)} tools={<SchemeToggle />}>
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

const schema = v.pipe(
  v.object({
    name: v.pipe(v.string(), v.trim(), v.minLength(1, 'required'), v.maxLength(100, 'tooLong')),
    ...newPassword,
  }),
  samePassword(),
);

interface AcceptFormProps {
  token: string;
  email: string;
  onPending: (pendingToken: string) => void;
  onArrive: (token: string, expiresAt: string | null) => void;
}

function AcceptForm({ token, email, onPending, onArrive }: AcceptFormProps) {
  const t = useT();
  const kit = useKitForm(schema, { name: '', password: '', repeat: '' });
  const [accept, busy] = useMutate(AcceptInviteDocument);
  return (
    <Form
      kit={kit}
      onSubmit={async ({ name, password }) => {
        const { data, refusals } = await accept({ input: { token, name, password } });
        const payload = data?.acceptInvite;
        if (payload?.accessToken) onArrive(payload.accessToken, payload.expiresAt);
        else if (payload?.pendingToken) onPending(payload.pendingToken);
        else kit.refuse(refusals);
      }}
      actions={
        <Button type="submit" size="md" fullWidth loading={busy}>
          {t('invite.accept')}
        </Button>
      }
    >
      {/* Lets password managers store the new password under the right name. */}
      <input type="email" autoComplete="username" value={email} readOnly hidden />
      <TextField form={kit.form} name="name" label={t('invite.name')} autoComplete="name" required />
      <NewPasswordFields form={kit.form} label={t('invite.password')} again={t('invite.repeat')} />
    </Form>
  );
}
