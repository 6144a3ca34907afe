import { Button, Stack } from '@mantine/core';
import { IconMailCheck } from '@tabler/icons-react';
import { useT } from '@/i18n/messages';
import { usePreferences } from '@/lib/preferences';
import { CopyField } from '@/ui/copy';
import { Time } from '@/ui/values';
import classes from './security-layout.module.css';

/** An invite that has gone out, or whose address is to be handed over where no mail is sent. */
export interface SentInvite {
  email: string;
  url: string | null;
  expiresAt: string | null;
}

/** Where the mail went, or the address that is shown once. */
export function InviteSent({ invite, onDone }: { invite: SentInvite; onDone: () => void }) {
  const t = useT();
  const { now } = usePreferences();
  const hours = invite.expiresAt
    ? Math.round((new Date(invite.expiresAt).getTime() - now()) / 3_600_000)
    : null;
  return (
    <Stack>
      {invite.url ? (
        <>
          <p style={{ margin: 0 }}>{t('people.handOver')}</p>
          <CopyField label={t('people.address')} value={invite.url} once />
        </>
      ) : (
        <p className={classes.sent}>
          <IconMailCheck size={20} aria-hidden="true" />
          <span>{t('people.mailed', { email: invite.email })}</span>
        </p>
      )}
      {invite.expiresAt && (
        <p className={classes.until}>
          {t('people.goodFor', { hours })} <Time value={invite.expiresAt} />.
        </p>
      )}
      <Button onClick={onDone}>{t('kit.done')}</Button>
    </Stack>
  );
}
