import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import { type ReactNode, useCallback, useRef, useState } from 'react';
import {
  BeginPasskeyStepUpDocument,
  FinishPasskeyStepUpDocument,
  OwnFactorsDocument,
  StepUpDocument,
} from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { StepUpProvider, useGraph, useMutate } from '@/lib/graphql';
import { askPasskey, passkeysWork } from '@/lib/passkey';
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
  const [stepUp, busy] = useMutate(StepUpDocument);
  const submit = async (digits: string) => {
    const { refusals } = await stepUp({ code: digits });
    if (refusals.length === 0) return onEnd(true);
    setCode('');
    setError(refusals[0]?.message);
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
            disabled={busy}
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
            <Button type="submit" disabled={code.length !== 6} loading={busy}>
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
  const [begin] = useMutate(BeginPasskeyStepUpDocument);
  const [finish] = useMutate(FinishPasskeyStepUpDocument);
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<string[]>([]);
  /** The sentences of what went wrong; none when the person has shown the passkey. */
  const show = async (): Promise<string[]> => {
    const begun = await begin({});
    const ceremony = begun.data?.beginPasskeyStepUp.ceremony;
    if (!ceremony) return begun.refusals.map((one) => one.message);
    const outcome = await askPasskey(ceremony.options);
    if ('failed' in outcome) return [t(`passkey.failed.${outcome.failed}`)];
    const ended = await finish({ input: { id: ceremony.id, response: outcome.response } });
    return ended.refusals.map((one) => one.message);
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
