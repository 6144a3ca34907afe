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
import { CodeForm } from '@/ui/code-form';
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
  const [stepUp, busy] = useMutate(StepUpDocument);
  const give = async (code: string) => {
    const { refusals } = await stepUp({ code });
    if (refusals[0]) return refusals[0].message;
    onEnd(true);
  };
  // Until it is known what the person has, the code is asked for: everyone had an app once.
  const factors = own.data?.factors;
  const passkey = (factors?.passkeys ?? 0) > 0 && passkeysWork();
  const app = factors?.totp ?? true;
  const lost = (
    <Text size="xs" c="dimmed">
      {t('stepUp.lost')}
    </Text>
  );
  const cancel = (
    <Button variant="default" onClick={() => onEnd(false)}>
      {t('kit.cancel')}
    </Button>
  );
  return (
    <Stack>
      <Text size="sm">{t(passkey ? 'stepUp.textPasskey' : 'stepUp.text')}</Text>
      {passkey && <PasskeyStepUp onDone={() => onEnd(true)} />}
      {app ? (
        <CodeForm onCode={give} busy={busy} submit={t('stepUp.confirm')} autoFocus beside={cancel}>
          {lost}
        </CodeForm>
      ) : (
        <>
          {lost}
          <Group justify="flex-end">{cancel}</Group>
        </>
      )}
    </Stack>
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
