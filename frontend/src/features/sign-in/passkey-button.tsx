import { Button, Stack, Text } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import { useState } from 'react';
import { BeginPasskeySignInDocument, FinishPasskeySignInDocument } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { useMutate } from '@/lib/graphql';
import { askPasskey, passkeysWork } from '@/lib/passkey';

interface PasskeyButtonProps {
  pendingToken: string;
  onArrive: (token: string, expiresAt: string | null) => void;
}

/** The stronger second step: nothing is typed, and no false site can ask for it. */
export function PasskeyButton({ pendingToken, onArrive }: PasskeyButtonProps) {
  const t = useT();
  const [begin] = useMutate(BeginPasskeySignInDocument);
  const [finish] = useMutate(FinishPasskeySignInDocument);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  /** The sentence of what went wrong, or undefined after the arrival. */
  const use = async (): Promise<string | undefined> => {
    const begun = await begin({ pendingToken });
    const ceremony = begun.data?.beginPasskeySignIn.ceremony;
    if (!ceremony) return begun.refusals[0]?.message;
    const outcome = await askPasskey(ceremony.options);
    if ('failed' in outcome) return t(`passkey.failed.${outcome.failed}`);
    const ended = await finish({ pendingToken, input: { id: ceremony.id, response: outcome.response } });
    const payload = ended.data?.finishPasskeySignIn;
    if (!payload?.accessToken) return ended.refusals[0]?.message;
    onArrive(payload.accessToken, payload.expiresAt);
  };
  const run = async () => {
    setBusy(true);
    setError(await use());
    setBusy(false);
  };
  return (
    <Stack gap={6}>
      <Button
        size="md"
        leftSection={<IconFingerprint size={20} />}
        loading={busy}
        disabled={!passkeysWork()}
        onClick={() => void run()}
      >
        {t('signIn.passkey')}
      </Button>
      {(error || !passkeysWork()) && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {error ?? t('passkey.failed.FAILED')}
        </Text>
      )}
    </Stack>
  );
}
