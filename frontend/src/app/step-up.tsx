import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import { type ReactNode, useCallback, useRef, useState } from 'react';
import { useMutation } from 'urql';
import {
  BeginPasskeyStepUpDocument,
  type BeginPasskeyStepUpMutation,
  FinishPasskeyStepUpDocument,
  type FinishPasskeyStepUpMutation,
  OwnFactorsDocument,
  StepUpDocument,
  type StepUpMutation,
} from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { StepUpProvider, useGraph } from '@/lib/graphql';
import { askPasskey, passkeysWork } from '@/lib/passkey';
import { problemOf } from '@/lib/problem';
import { CodeInput } from '@/ui/code-input';
import { GeneralErrors } from '@/ui/general-errors';

/** Asks for a fresh factor when the server wants one, in front of whatever screen is open. */
export function StepUpGate({ children }: { children: ReactNode }) {
  const t = useT();
  const [opened, setOpened] = useState(false);
  const settle = useRef<((given: boolean) => void) | null>(null);
  const ask = useCallback(() => {
    setOpened(true);
    return new Promise<boolean>((resolve) => {
      settle.current = resolve;
    });
  }, []);
  const end = (given: boolean) => {
    setOpened(false);
    settle.current?.(given);
    settle.current = null;
  };
  return (
    <StepUpProvider ask={ask}>
      {children}
      <Modal
        opened={opened}
        onClose={() => end(false)}
        title={t('stepUp.title')}
        zIndex={400}
        closeButtonProps={{ 'aria-label': t('kit.close') }}
      >
        {opened && <StepUp onEnd={end} />}
      </Modal>
    </StepUpProvider>
  );
}

const none = {};

function StepUp({ onEnd }: { onEnd: (given: boolean) => void }) {
  const t = useT();
  const own = useGraph(OwnFactorsDocument, none);
  const [code, setCode] = useState('');
  const [error, setError] = useState<string>();
  const [result, stepUp] = useMutation<StepUpMutation>(StepUpDocument.toString());
  const submit = async (digits: string) => {
    const answer = await stepUp({ code: digits });
    const refusal = answer.data?.stepUp.userErrors[0]?.message ?? problemOf(answer.error)?.message;
    if (answer.data && refusal === undefined) onEnd(true);
    else {
      setCode('');
      setError(refusal || t('problem.text'));
    }
  };
  // Until it is known what the person has, the code is asked for: everyone had an app once.
  const factors = own.data?.factors;
  const passkey = (factors?.passkeys ?? 0) > 0 && passkeysWork();
  const app = factors?.totp ?? true;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (code.length === 6) void submit(code);
      }}
    >
      <Stack>
        <Text size="sm">{t(passkey ? 'stepUp.textPasskey' : 'stepUp.text')}</Text>
        {passkey && <PasskeyStepUp onDone={() => onEnd(true)} />}
        {app && (
          <CodeInput
            value={code}
            onChange={setCode}
            onComplete={submit}
            error={error}
            disabled={result.fetching}
            autoFocus
          />
        )}
        <Text size="xs" c="dimmed">
          {t('stepUp.lost')}
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => onEnd(false)}>
            {t('kit.cancel')}
          </Button>
          {app && (
            <Button type="submit" disabled={code.length !== 6} loading={result.fetching}>
              {t('stepUp.confirm')}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}

function PasskeyStepUp({ onDone }: { onDone: () => void }) {
  const t = useT();
  const [, begin] = useMutation<BeginPasskeyStepUpMutation>(BeginPasskeyStepUpDocument.toString());
  const [, finish] = useMutation<FinishPasskeyStepUpMutation>(FinishPasskeyStepUpDocument.toString());
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<string[]>([]);
  /** The sentences of what went wrong; none when the person has shown the passkey. */
  const show = async (): Promise<string[]> => {
    const begun = await begin({});
    const { ceremony, userErrors } = begun.data?.beginPasskeyStepUp ?? {};
    if (!ceremony) return [userErrors?.[0]?.message || problemOf(begun.error)?.message || t('problem.text')];
    const outcome = await askPasskey(ceremony.options);
    if ('failed' in outcome) return [t(`passkey.failed.${outcome.failed}`)];
    const ended = await finish({ input: { id: ceremony.id, response: outcome.response } });
    if (!ended.data) return [problemOf(ended.error)?.message || t('problem.text')];
    return ended.data.finishPasskeyStepUp.userErrors.map((one) => one.message);
  };
  const run = async () => {
    setBusy(true);
    const refusals = await show();
    setBusy(false);
    setErrors(refusals);
    if (refusals.length === 0) onDone();
  };
  return (
    <>
      <GeneralErrors messages={errors} />
      <Button leftSection={<IconFingerprint size={18} />} loading={busy} onClick={() => void run()}>
        {t('signIn.passkey')}
      </Button>
    </>
  );
}
