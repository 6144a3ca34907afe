import { notifications } from '@mantine/notifications';
import { useCallback } from 'react';
import { BeginReplacementDocument, ConfirmReplacementDocument } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { useMutate } from '@/lib/graphql';
import { AuthenticatorSetup } from '@/ui/authenticator-setup';

/** A secret for another authenticator app. The old app goes on until a code of the new one is given. */
export function ReplaceApp({ onDone }: { onDone: () => void }) {
  const t = useT();
  const [draw] = useMutate(BeginReplacementDocument);
  const [confirm, busy] = useMutate(ConfirmReplacementDocument);
  const begin = useCallback(async () => {
    const { data, refusals } = await draw({});
    return { secret: data?.beginReplacement, refusals };
  }, [draw]);
  const prove = async (code: string) => {
    const { refusals } = await confirm({ code });
    if (refusals[0]) return refusals[0].message;
    notifications.show({ message: t('account.appReplaced') });
    onDone();
  };
  return (
    <AuthenticatorSetup begin={begin} onCode={prove} busy={busy}>
      <p style={{ margin: 0 }}>{t('account.replaceText')}</p>
    </AuthenticatorSetup>
  );
}
