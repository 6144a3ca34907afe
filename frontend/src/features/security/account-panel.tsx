import { Button } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { enumLabel, useT } from '@/i18n/messages';
import { useViewer } from '@/lib/viewer';
import { Facts } from '@/ui/layout';
import { Panel } from '@/ui/panel';
import classes from './security-layout.module.css';

// Forms are not needed before somebody changes something.
const PasswordDialog = lazy(() =>
  import('./password-dialog').then((module) => ({ default: module.PasswordDialog })),
);

/** Who this is, and the password. */
export function AccountPanel({ onChanged }: { onChanged: () => void }) {
  const t = useT();
  const { user, address } = useViewer();
  const [changing, setChanging] = useState(false);
  return (
    <Panel
      title={t('sessions.account')}
      actions={
        <Button size="xs" variant="default" onClick={() => setChanging(true)}>
          {t('account.changePassword')}
        </Button>
      }
    >
      <Facts
        facts={[
          { label: t('people.name'), value: user.name },
          { label: t('people.email'), value: user.email },
          { label: t('people.role'), value: enumLabel(t, 'role', user.role) },
          { label: t('sessions.ownAddress'), value: <span className={classes.mono}>{address}</span> },
        ]}
      />
      <Suspense fallback={null}>
        {changing && <PasswordDialog onClose={() => setChanging(false)} onChanged={onChanged} />}
      </Suspense>
    </Panel>
  );
}
