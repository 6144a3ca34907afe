import { type MantineSize, Stack } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { useT } from '@/i18n/messages';
import type { UserError } from '@/lib/problem';
import { CodeForm } from './code-form';
import { CopyField } from './copy';
import { GeneralErrors } from './general-errors';
import { QrCode } from './qr';
import { Loading } from './states';

interface Secret {
  uri: string | null;
  manualKey: string | null;
}

interface AuthenticatorSetupProps {
  /** Draws a secret. It has to stay the same function: another one draws another secret. */
  begin: () => Promise<{ secret: Secret | undefined; refusals: UserError[] }>;
  /** Proves that the app has it; see CodeForm. */
  onCode: (code: string) => Promise<string | undefined>;
  busy: boolean;
  size?: MantineSize;
  /** Above the picture. */
  children?: ReactNode;
  /** Where to go when there is no secret. */
  wayOut?: ReactNode;
}

/** A new secret of an authenticator app: scanned or typed, and proved by its first code. */
export function AuthenticatorSetup(props: AuthenticatorSetupProps) {
  const { begin, onCode, busy, size, children, wayOut } = props;
  const t = useT();
  const [secret, setSecret] = useState<{ uri: string; manualKey: string }>();
  const [errors, setErrors] = useState<string[]>([]);
  useEffect(() => {
    void begin().then(({ secret, refusals }) => {
      if (secret?.uri && secret.manualKey) setSecret({ uri: secret.uri, manualKey: secret.manualKey });
      else setErrors(refusals.map((one) => one.message));
    });
  }, [begin]);
  if (!secret && errors.length === 0) return <Loading lines={4} />;
  if (!secret) {
    return (
      <Stack>
        <GeneralErrors messages={errors} />
        {wayOut}
      </Stack>
    );
  }
  return (
    <Stack gap="md">
      {children}
      <QrCode value={secret.uri} label={t('signIn.qr')} />
      <CopyField label={t('signIn.manualKey')} value={secret.manualKey} />
      <CodeForm
        onCode={onCode}
        busy={busy}
        submit={t('signIn.confirm')}
        label={t('signIn.firstCode')}
        size={size}
      />
    </Stack>
  );
}
